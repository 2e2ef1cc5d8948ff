"""Lahza's part of the admin API: the payer, the merchant's balance, and refunds' outcomes."""

from flask import Blueprint, Response

from sandbox.http.admin_requests import load
from sandbox.http.bodies import json_response
from sandbox.http.current import server_settings, this_call
from sandbox.http.problems import Problem
from sandbox.lahza import auth, merchant, payer, schemas
from sandbox.lahza.errors import LahzaError

control = Blueprint("lahza_control", __name__)


@control.errorhandler(LahzaError)
def _unknown(error: LahzaError) -> Response:
    return Problem(error.http, error.message).response()


@control.post("/transactions")
def create_transaction() -> Response:
    values = load(schemas.control.TRANSACTION)
    key = auth.key_of(server_settings(), values.get("domain", "test"))
    transaction = payer.pay(this_call(), {**values, "key": key})
    return json_response(schemas.transactions.TRANSACTION.dump(transaction), 201)


@control.patch("/transactions/<transaction_id>")
def change_transaction(transaction_id: str) -> Response:
    transaction = payer.change(this_call(), transaction_id, load(schemas.control.TRANSACTION))
    return json_response(schemas.transactions.TRANSACTION.dump(transaction))


@control.patch("/merchant")
def change_merchant() -> Response:
    values = load(schemas.control.MERCHANT)
    return json_response(merchant.set_balance(this_call(), values.get("balance", {})))
