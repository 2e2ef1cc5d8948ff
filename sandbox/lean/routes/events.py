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
    wanted = schemas.events.load_wanted(request.args)
    number, size = common.load_needed_page(request.args)
    found, total = events.page(this_call(), wanted, number, size)
    rows = schemas.events.dump_events(found)
    return json_response(common.dump_data(rows, total, number, size))
