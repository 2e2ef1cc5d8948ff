"""`/payments/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import destinations, intents, schemas
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/payments/v1/intents")
@wants("intent.write")
def create_intent() -> Response:
    wanted = common.load(schemas.intents.CREATE, body())
    return json_response(schemas.intents.NEW.dump(intents.create(this_call(), wanted)))


@routes.get("/payments/v1/intents")
@wants("payment.read")
def list_intents() -> Response:
    asked = schemas.intents.load_listing(request.args)
    found, total = intents.page(this_call(), asked)
    return json_response(common.dump_data(schemas.intents.INTENTS.dump(found), total, asked))


@routes.get("/payments/v1/intents/<payment_intent_id>")
@wants("payment.read")
def get_intent(payment_intent_id: str) -> Response:
    return json_response(schemas.intents.INTENT.dump(intents.get(this_call(), payment_intent_id)))


@routes.post("/payments/v1/destinations")
@wants("destination.write")
def create_destination() -> Response:
    wanted = common.load(schemas.destinations.CREATE, body())
    destination = destinations.create(this_call(), wanted)
    return json_response(schemas.destinations.NEW.dump(destination))


@routes.get("/payments/v1/destinations")
@wants("destination.read")
def list_destinations() -> Response:
    return json_response(schemas.destinations.DESTINATIONS.dump(destinations.every(this_call())))


@routes.get("/payments/v1/destinations/<payment_destination_id>")
@wants("destination.read")
def get_destination(payment_destination_id: str) -> Response:
    destination = DESTINATIONS.get(this_call(), payment_destination_id)
    return json_response(schemas.destinations.DESTINATION.dump(destination))


@routes.get("/payments/v1/<payment_id>")
@wants("payment.read")
def get_payment(payment_id: str) -> Response:
    return json_response(schemas.payments.PAYMENT.render(PAYMENTS.get(this_call(), payment_id)))
