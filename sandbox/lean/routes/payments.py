"""`/payments/v1`."""

from flask import Response

from sandbox.http.bodies import json_response
from sandbox.http.exchange import this_call
from sandbox.lean import payments
from sandbox.lean.routes.blueprint import routes, wants
from sandbox.lean.schemas import common
from sandbox.lean.schemas import payments as schemas


@routes.get("/payments/v1/<payment_id>")
@wants("payment.read")
def get_payment(payment_id: str) -> Response:
    payment_id = common.load_uuid("payment_id", payment_id)
    return json_response(schemas.PAYMENT.dump(payments.get(this_call(), payment_id)))
