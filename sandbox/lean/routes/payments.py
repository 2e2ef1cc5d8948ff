"""`/payments/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import destinations, intents, payments, schemas
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/payments/v1/intents")
@wants("intent.write")
def create_intent() -> Response:
    wanted = common.load_object(schemas.intents.CREATE, body())
    return json_response(schemas.intents.INTENT.dump(intents.create(this_call(), wanted)))


@routes.get("/payments/v1/intents")
@wants("payment.read")
def list_intents() -> Response:
    number, size = common.load_needed_page(request.args)
    wanted = schemas.intents.load_wanted(request.args)
    found, total = intents.page(this_call(), wanted, number, size)
    rows = schemas.intents.INTENTS.dump(found)
    return json_response(common.dump_data(rows, total, number, size))


@routes.get("/payments/v1/intents/<payment_intent_id>")
@wants("payment.read")
def get_intent(payment_intent_id: str) -> Response:
    intent_id = common.load_uuid("payment_intent_id", payment_intent_id)
    return json_response(schemas.intents.INTENT.dump(intents.get(this_call(), intent_id)))


@routes.post("/payments/v1/destinations")
@wants("destination.write")
def create_destination() -> Response:
    wanted = common.load_object(schemas.destinations.CREATE, body())
    destination = destinations.create(this_call(), wanted)
    return json_response(schemas.destinations.DESTINATION.dump(destination))


@routes.get("/payments/v1/destinations")
@wants("destination.read")
def list_destinations() -> Response:
    return json_response(schemas.destinations.DESTINATIONS.dump(destinations.every(this_call())))


@routes.get("/payments/v1/destinations/<payment_destination_id>")
@wants("destination.read")
def get_destination(payment_destination_id: str) -> Response:
    destination_id = common.load_uuid("payment_destination_id", payment_destination_id)
    destination = destinations.get(this_call(), destination_id)
    return json_response(schemas.destinations.DESTINATION.dump(destination))


@routes.get("/payments/v1/<payment_id>")
@wants("payment.read")
def get_payment(payment_id: str) -> Response:
    payment_id = common.load_uuid("payment_id", payment_id)
    return json_response(schemas.payments.PAYMENT.render(payments.get(this_call(), payment_id)))
