"""`/reconciliation/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import reconciliation, schemas
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/reconciliation/v1/payments")
@wants("reconciliation.read")
def search_reconciliations() -> Response:
    asked = schemas.reconciliation.load_search(body())
    found, total = reconciliation.search(this_call(), asked)
    return json_response(schemas.reconciliation.dump_search(found, total, asked))


@routes.get("/reconciliation/v1/payments/<payment_id>")
@wants("reconciliation.read")
def get_reconciliation(payment_id: str) -> Response:
    payment = reconciliation.get(this_call(), payment_id)
    return json_response(schemas.reconciliation.RECONCILIATION.dump(payment))


@routes.get("/reconciliation/v1/deposits")
@wants("deposit.read")
def list_deposits() -> Response:
    zone = schemas.reconciliation.load_zone(request.args)
    asked = schemas.reconciliation.load_deposits(request.args, zone)
    found, total = reconciliation.list_deposits(this_call(), asked)
    rows = [schemas.reconciliation.dump_deposit(deposit, zone) for deposit in found]
    return json_response(common.dump_data(rows, total, asked))
