"""`/payment-links/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import base_url, this_call
from sandbox.lean import links, schemas, usages
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/payment-links/v1")
@wants("intent.write")
def create_payment_link() -> Response:
    wanted = common.load(schemas.links.CREATE, body())
    created = links.create(this_call(), wanted)
    return json_response(schemas.links.dump_link(created, base_url()), 201)


@routes.get("/payment-links/v1")
@wants("payment.read")
def list_payment_links() -> Response:
    asked = schemas.links.load_listing(request.args)
    found, total = links.page(this_call(), asked)
    return json_response(schemas.links.dump_links(found, total, asked, base_url()))


@routes.get("/payment-links/v1/<payment_link_id>")
@wants("payment.read")
def get_payment_link(payment_link_id: str) -> Response:
    link = links.get(this_call(), payment_link_id)
    return json_response(schemas.links.dump_link(link, base_url()))


@routes.put("/payment-links/v1/<payment_link_id>")
@wants("intent.write")
def update_payment_link(payment_link_id: str) -> Response:
    wanted = common.load(schemas.links.UPDATE, body())
    link = links.set_status(this_call(), payment_link_id, wanted["status"])
    return json_response(schemas.links.dump_link(link, base_url()))


@routes.get("/payment-links/v1/<payment_link_id>/usages")
@wants("payment.read")
def list_usages(payment_link_id: str) -> Response:
    asked = schemas.links.load_listing(request.args)
    found, total = usages.page(this_call(), payment_link_id, asked)
    return json_response(schemas.links.dump_usages(found, total, asked))


@routes.get("/payment-links/v1/<payment_link_id>/usages/<usage_id>")
@wants("payment.read")
def get_usage(payment_link_id: str, usage_id: str) -> Response:
    usage = usages.get(this_call(), payment_link_id, usage_id)
    return json_response(schemas.links.USAGE.dump(usage))
