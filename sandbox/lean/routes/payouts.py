"""`/payouts/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import payout_destinations, payouts, schemas
from sandbox.lean.payout_destinations import PAYOUT_DESTINATIONS
from sandbox.lean.payouts import PAYOUTS
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common
from sandbox.lean.settings import settings_of


@routes.post("/payouts/v1/payment")
@wants("payout.write")
def create_payouts() -> Response:
    raw = body()
    details = common.load(schemas.payouts.CREATE, raw)["payment_details"]
    key = request.headers.get("idempotency-key")
    call = this_call()
    created = payouts.create(call, details, key, raw)
    status = settings_of(call).payout_status
    return json_response(schemas.payouts.ORDERS.dump({"payouts_payment_details": created}), status)


@routes.get("/payouts/v1/payments")
@wants("payout.read")
def list_payouts() -> Response:
    asked = schemas.payouts.load_listing(request.args)
    found, total = payouts.page(this_call(), asked)
    return json_response(common.dump_page(schemas.payouts.ROWS.dump(found), total, asked))


@routes.get("/payouts/v1/payments/<payment_id>/history")
@wants("payout.read")
def get_payout_history(payment_id: str) -> Response:
    asked = common.load_listing(request.args, schemas.payouts.HISTORY_SIZE)
    found, total = asked.page([payouts.get_either(this_call(), payment_id)])
    return json_response(common.dump_page(schemas.payouts.HISTORIES.dump(found), total, asked))


@routes.get("/payouts/v1/intents/<intent_id>")
@wants("payout.read")
def get_payout_intent(intent_id: str) -> Response:
    return json_response(schemas.payouts.INTENT.render(payouts.get_intent(this_call(), intent_id)))


@routes.get("/payouts/v1/<payment_id>")
@wants("payout.read")
def get_payout(payment_id: str) -> Response:
    return json_response(schemas.payouts.PAYOUT.render(PAYOUTS.get(this_call(), payment_id)))


@routes.post("/payouts/v1/payment/destinations")
@wants("payout.write")
def create_payout_destinations() -> Response:
    items = common.load(schemas.payouts.CREATE_DESTINATIONS, body())
    created = payout_destinations.create(this_call(), items)
    return json_response(schemas.payouts.ADDED.dump(created))


@routes.get("/payouts/v1/payment/destinations/<destination_id>")
@wants("payout.read")
def get_payout_destination(destination_id: str) -> Response:
    found = PAYOUT_DESTINATIONS.get(this_call(), destination_id)
    return json_response(schemas.payouts.DESTINATION.dump(found))
