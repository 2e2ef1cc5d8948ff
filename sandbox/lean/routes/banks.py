"""`/banks/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.lean import banks, schemas
from sandbox.lean.routes.blueprint import routes, wants


@routes.get("/banks/v1")
@wants("bank.read")
def list_banks() -> Response:
    return json_response(
        banks.listed(schemas.banks.load_account_types(request.args.getlist("account_types")))
    )
