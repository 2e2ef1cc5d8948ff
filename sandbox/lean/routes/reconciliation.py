"""`/reconciliation/v1`."""

from flask import Response

from sandbox.http.bodies import json_response
from sandbox.http.exchange import this_call
from sandbox.lean import payments
from sandbox.lean.routes.blueprint import routes, wants
from sandbox.lean.schemas import common
from sandbox.lean.schemas import reconciliation as schemas


@routes.get("/reconciliation/v1/payments/<payment_id>")
@wants("reconciliation.read")
def get_reconciliation(payment_id: str) -> Response:
    payment_id = common.load_uuid("payment_id", payment_id)
    payment = payments.get_reconciliation(this_call(), payment_id)
    return json_response(schemas.dump_reconciliation(payment))
