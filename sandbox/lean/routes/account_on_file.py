"""`/payments/v1/account-on-file`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import account_on_file, schemas
from sandbox.lean.errors import missing
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/payments/account-on-file")
@routes.post("/payments/v1/account-on-file")
@wants("intent.write")
def create_account_on_file_payment() -> Response:
    key = request.headers.get("idempotency-key", "").strip()
    if not key:
        raise missing("Idempotency-Key")
    raw = body()
    wanted = common.load(schemas.account_on_file.CREATE, raw)
    made = account_on_file.create(this_call(), wanted, key, raw)
    return json_response(schemas.account_on_file.PAYMENT.dump(made))
