"""`/events/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import events, schemas
from sandbox.lean.routes.blueprint import routes, wants
from sandbox.lean.schemas import common


@routes.get("/events/v1")
@wants("webhook.read")
def list_events() -> Response:
    asked = schemas.events.load_listing(request.args)
    found, total = events.page(this_call(), asked)
    return json_response(common.dump_data(schemas.events.dump_events(found), total, asked))
