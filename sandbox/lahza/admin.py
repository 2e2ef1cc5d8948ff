"""Lahza's part of the admin API: the payer, the merchant's balance, and refunds' outcomes."""

from flask import Blueprint, Response

from sandbox.http.bodies import json_response
from sandbox.http.control import load
from sandbox.http.exchange import this_call
from sandbox.http.problems import Problem
from sandbox.lahza import merchant, transactions
from sandbox.lahza.errors import LahzaError, transaction_not_found
from sandbox.lahza.schemas.control import MerchantValues, TransactionValues
from sandbox.lahza.schemas.transactions import TRANSACTION
from sandbox.lahza.wire import exact_id

control = Blueprint("lahza_control", __name__)


@control.errorhandler(LahzaError)
def _unknown(error: LahzaError) -> Response:
    return Problem(error.http, error.message).response()


_TRANSACTION = TransactionValues()
_MERCHANT = MerchantValues()


@control.post("/transactions")
def create_transaction() -> Response:
    transaction = transactions.pay(this_call(), load(_TRANSACTION))
    return json_response(TRANSACTION.dump(transaction), 201)


@control.patch("/transactions/<transaction_id>")
def change_transaction(transaction_id: str) -> Response:
    number = exact_id(transaction_id)
    if number is None:
        raise transaction_not_found()
    transaction = transactions.change(this_call(), number, load(_TRANSACTION))
    return json_response(TRANSACTION.dump(transaction))


@control.patch("/merchant")
def change_merchant() -> Response:
    values = load(_MERCHANT)
    return json_response(merchant.set_balance(this_call(), values.get("balance", {})))
