"""`/oauth2`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import called_at, server_settings, this_call
from sandbox.lean import auth
from sandbox.lean.routes.blueprint import routes


@routes.post("/oauth2/token")
def create_token() -> Response:
    serial = this_call().ids.hex("lean.token", 16)
    return json_response(auth.issue(server_settings(), request.form, called_at(), serial))
