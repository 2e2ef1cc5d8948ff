"""`/payouts/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import payout_destinations, payouts, schemas
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common

HISTORY_SIZE = 10


@routes.post("/payouts/v1/payment")
@wants("payout.write")
def create_payouts() -> Response:
    raw = body()
    details = schemas.payouts.load_details(raw)
    key = request.headers.get("idempotency-key")
    return json_response(
        schemas.payouts.dump_orders(payouts.create(this_call(), details, key, raw))
    )


@routes.get("/payouts/v1/payments")
@wants("payout.read")
def list_payouts() -> Response:
    wanted = schemas.payouts.load_wanted(request.args)
    number, size = common.load_page(request.args, "page_number", "page_size")
    found, total = payouts.page(this_call(), wanted, number, size)
    rows = schemas.payouts.ROWS.dump(found)
    return json_response(common.dump_page(rows, total, number, size))


@routes.get("/payouts/v1/payments/<intent_id>/history")
@wants("payout.read")
def get_payout_history(intent_id: str) -> Response:
    intent_id = common.load_uuid("intent_id", intent_id)
    number, size = common.load_page(
        request.args, "page_number", "page_size", default_size=HISTORY_SIZE
    )
    payout = payouts.get_intent(this_call(), intent_id)
    rows = schemas.payouts.HISTORIES.dump([payout] if number == 0 else [])
    return json_response(common.dump_page(rows, 1, number, size))


@routes.get("/payouts/v1/intents/<intent_id>")
@wants("payout.read")
def get_payout_intent(intent_id: str) -> Response:
    intent_id = common.load_uuid("intent_id", intent_id)
    return json_response(schemas.payouts.INTENT.render(payouts.get_intent(this_call(), intent_id)))


@routes.get("/payouts/v1/<payment_id>")
@wants("payout.read")
def get_payout(payment_id: str) -> Response:
    payment_id = common.load_uuid("payment_id", payment_id)
    return json_response(schemas.payouts.PAYOUT.render(payouts.get(this_call(), payment_id)))


@routes.post("/payouts/v1/payment/destinations")
@wants("payout.write")
def create_payout_destinations() -> Response:
    items = common.load_batch(schemas.payouts.CREATE_DESTINATIONS, body())
    created = payout_destinations.create(this_call(), items)
    return json_response(schemas.payouts.DESTINATIONS.dump(created))


@routes.get("/payouts/v1/payment/destinations/<destination_id>")
@wants("payout.read")
def get_payout_destination(destination_id: str) -> Response:
    destination_id = common.load_uuid("destination_id", destination_id)
    found = payout_destinations.get(this_call(), destination_id)
    return json_response(schemas.payouts.DESTINATION.dump(found))
