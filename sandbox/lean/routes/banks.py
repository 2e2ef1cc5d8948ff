"""`/banks/v1`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.lean import banks, schemas
from sandbox.lean.routes.blueprint import routes, wants
from sandbox.lean.wire import to_uuid


@routes.get("/banks/v1")
@wants("bank.read")
def list_banks() -> Response:
    wanted = schemas.banks.load_wanted(request.args.getlist)
    schemas.common.optional(to_uuid, request.args, "customer_id")  # (each has the same banks)
    return json_response(schemas.banks.BANKS.dump(banks.listed(wanted)))
