"""`/sessions/v1`."""

from flask import Response

from sandbox.http.bodies import json_response
from sandbox.http.current import base_url, this_call
from sandbox.lean import schemas, sessions
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common
from sandbox.lean.sessions import SESSIONS


@routes.post("/sessions/v1")
@wants("intent.write")
def create_session() -> Response:
    wanted = common.load(schemas.sessions.CREATE, body())
    created = sessions.create(this_call(), wanted)
    return json_response(schemas.sessions.dump_new(created, base_url()), 201)


@routes.get("/sessions/v1/<session_id>")
@wants("payment.read")
def get_session(session_id: str) -> Response:
    session = SESSIONS.get(this_call(), session_id)
    return json_response(schemas.sessions.dump(session, base_url()))
