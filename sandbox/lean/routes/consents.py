"""`/consents`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import account_on_file, consents, schemas
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common


@routes.post("/consents/account-on-file")
@routes.post("/consents/v1/account-on-file")
@wants("intent.write")
def create_consent() -> Response:
    raw = body()
    wanted = common.load(schemas.consents.CREATE, raw)
    key = request.headers.get("idempotency-key")
    return json_response(schemas.consents.NEW.dump(consents.create(this_call(), wanted, key, raw)))


@routes.get("/consents/v1")
@wants("payment.read")
def list_consents() -> Response:
    asked = schemas.consents.load_listing(request.args, request.args.getlist("status"))
    found, total = consents.page(this_call(), asked)
    return json_response(common.dump_data(schemas.consents.CONSENTS.dump(found), total, asked))


@routes.get("/consents/<consent_id>")
@routes.get("/consents/v1/<consent_id>")
@wants("payment.read")
def get_consent(consent_id: str) -> Response:
    return json_response(schemas.consents.CONSENT.dump(consents.get(this_call(), consent_id)))


@routes.get("/consents/v1/<consent_id>/balance")
@wants("payment.read")
def get_balance(consent_id: str) -> Response:
    currency, balance = account_on_file.balance_of(this_call(), consent_id)
    return json_response(schemas.consents.BALANCE.dump({"currency": currency, "balance": balance}))


@routes.get("/consents/v1/<consent_id>/payments")
@wants("payment.read")
def list_payments_of_consent(consent_id: str) -> Response:
    asked = schemas.account_on_file.load_listing(request.args)
    found, total = account_on_file.page(this_call(), consent_id, asked)
    rows = schemas.account_on_file.PAYMENTS.dump(found)
    return json_response(common.dump_data(rows, total, asked))


@routes.post("/consents/v1/<consent_id>/revocation")
@wants("intent.write")
def revoke_consent(consent_id: str) -> Response:
    common.load(schemas.consents.REVOKE, body())
    consents.revoke(this_call(), consent_id)
    return json_response({})
