"""`/customers/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import customers, destinations, entities, schemas, sources
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/customers/v1")
@wants("customer.write")
def create_customer() -> Response:
    wanted = common.load(schemas.customers.CREATE, body())
    customer = customers.create(this_call(), wanted["app_user_id"])
    return json_response(schemas.customers.CUSTOMER.dump(customer))


@routes.get("/customers/v1")
@wants("customer.read")
def list_customers() -> Response:
    asked = common.load_listing(request.args)
    found, total = CUSTOMERS.page(this_call(), asked)
    rows = schemas.customers.CUSTOMERS.dump(found)
    return json_response(common.dump_data(rows, total, asked, sort=None))


@routes.get("/customers/v1/<customer_id>")
@wants("customer.read")
def get_customer(customer_id: str) -> Response:
    return json_response(schemas.customers.CUSTOMER.dump(CUSTOMERS.get(this_call(), customer_id)))


@routes.put("/customers/v1/<customer_id>")
@wants("customer.write")
def update_customer(customer_id: str) -> Response:
    wanted = common.load(schemas.customers.UPDATE, body())
    customer = customers.update(this_call(), customer_id, wanted["government_identifiers"])
    return json_response(schemas.customers.CUSTOMER.dump(customer))


@routes.get("/customers/v1/app-user-id/<app_user_id>")
@wants("customer.read")
def get_customer_by_app_user_id(app_user_id: str) -> Response:
    customer = customers.get_by_app_user_id(this_call(), app_user_id)
    return json_response(schemas.customers.CUSTOMER.dump(customer))


@routes.get("/customers/v1/<customer_id>/entities")
@wants("customer.read")
def list_entities(customer_id: str) -> Response:
    found = entities.of_customer(this_call(), customer_id)
    return json_response(schemas.customers.ENTITIES.dump(found))


@routes.get("/customers/v1/<customer_id>/entities/<entity_id>")
@wants("customer.read")
def get_entity(customer_id: str, entity_id: str) -> Response:
    entity = entities.get(this_call(), customer_id, entity_id)
    return json_response(schemas.customers.ENTITY.dump(entity))


@routes.get("/customers/v1/entities")
@wants("customer.read")
def search_entities() -> Response:
    call = this_call()
    asked = schemas.customers.load_entities(request.args, call.now)
    found, total = entities.page(call, asked)
    rows = schemas.customers.LISTED_ENTITIES.dump(found)
    return json_response(common.dump_data(rows, total, asked, sort=None))


@routes.delete("/customers/v1/<customer_id>/entities/<entity_id>")
@wants("customer.write")
def delete_entity(customer_id: str, entity_id: str) -> Response:
    if request.get_data():
        common.load(schemas.customers.DELETE_ENTITY, body())
    entities.delete(this_call(), customer_id, entity_id)
    return json_response({})


@routes.get("/customers/v1/<customer_id>/destinations")
@wants("destination.read")
def list_destinations_of_customer(customer_id: str) -> Response:
    found = destinations.of_customer(this_call(), customer_id)
    return json_response(schemas.destinations.DESTINATIONS.dump(found))


@routes.get("/customers/v1/<customer_id>/payment-sources")
@wants("customer.read")
def list_sources(customer_id: str) -> Response:
    return json_response(
        [schemas.sources.dump_source(s) for s in sources.of_customer(this_call(), customer_id)]
    )


@routes.get("/customers/v1/<customer_id>/payment-sources/<payment_source_id>")
@wants("customer.read")
def get_source(customer_id: str, payment_source_id: str) -> Response:
    return json_response(
        schemas.sources.dump_source(sources.get(this_call(), customer_id, payment_source_id))
    )


@routes.delete("/customers/v1/<customer_id>/payment-sources/<payment_source_id>")
@wants("customer.write")
def delete_source(customer_id: str, payment_source_id: str) -> Response:
    common.load(schemas.sources.DELETE, body())
    sources.delete(this_call(), customer_id, payment_source_id)
    return json_response({})
