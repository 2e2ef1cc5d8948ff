"""`/banks/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.lean import banks, schemas
from sandbox.lean.routes.blueprint import routes, wants


@routes.get("/banks/v1")
@wants("bank.read")
def list_banks() -> Response:
    types = schemas.banks.load_account_types(request.args.getlist("account_types"))
    return json_response(schemas.banks.BANKS.dump(banks.listed(types)))
