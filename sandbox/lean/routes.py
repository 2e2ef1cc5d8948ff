"""Lean's API over HTTP. No rule stands here."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, request

from sandbox.http.bodies import Malformed, json_response, read_json
from sandbox.http.exchange import server_settings, this_call
from sandbox.lean import auth, payments, refunds, schemas
from sandbox.lean.answers import answer, token_answer
from sandbox.lean.errors import LeanError, TokenError, invalid
from sandbox.lean.wire import REASONS

routes = Blueprint("lean", __name__)
routes.register_error_handler(LeanError, answer)
routes.register_error_handler(TokenError, token_answer)

P = ParamSpec("P")


def wants(scope: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Let a call in that has credentials; `scope` is the one it wants."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def admitted(*args: P.args, **kwargs: P.kwargs) -> Response:
            auth.admit(
                this_call(),
                server_settings(),
                request.headers.get("Authorization"),
                request.headers.get("lean-app-token"),
                scope,
            )
            return view(*args, **kwargs)

        return admitted

    return decorate


def _body() -> object:
    try:
        return read_json(request.get_data())
    except Malformed as error:
        raise invalid("body", str(error)) from error


@routes.post("/oauth2/token")
def create_token() -> Response:
    serial = this_call().world.ids.hex("lean.token", 16)
    address = request.host_url.rstrip("/")
    return json_response(auth.issue(server_settings(), request.form, address, serial))


@routes.post("/payouts/refunds")
@wants("payout.write")
def create_refunds() -> Response:
    body = _body()
    items = schemas.load_batch(schemas.CREATE, body)
    key = request.headers.get("idempotency-key")
    created = refunds.create(this_call(), items, key, body)
    return json_response(schemas.CREATED.dump(created), 201)


@routes.put("/payouts/refunds")
@wants("payout.write")
def action_refunds() -> Response:
    decisions = schemas.load_batch(schemas.ACTION, _body())
    return json_response(schemas.ACTIONED.dump(refunds.action(this_call(), decisions)))


@routes.get("/payouts/refunds")
@wants("payout.read")
def list_refunds() -> Response:
    status, number, size = schemas.load_page(request.args)
    found, total = refunds.page(this_call(), status, number, size)
    return json_response(schemas.dump_page(found, total, number, size))


@routes.get("/payouts/refunds/reasons")
@wants("payout.read")
def list_reasons() -> Response:
    return json_response([{"code": code, "description": text} for code, text in REASONS.items()])


@routes.get("/payouts/refunds/<refund_id>")
@wants("payout.read")
def get_refund(refund_id: str) -> Response:
    refund_id = schemas.load_uuid("refund_id", refund_id)
    return json_response(schemas.REFUND.dump(refunds.get(this_call(), refund_id)))


@routes.get("/payments/v1/<payment_id>")
@wants("payment.read")
def get_payment(payment_id: str) -> Response:
    payment_id = schemas.load_uuid("payment_id", payment_id)
    return json_response(schemas.PAYMENT.dump(payments.get(this_call(), payment_id)))


@routes.get("/reconciliation/v1/payments/<payment_id>")
@wants("reconciliation.read")
def get_reconciliation(payment_id: str) -> Response:
    payment_id = schemas.load_uuid("payment_id", payment_id)
    payment = payments.get_reconciliation(this_call(), payment_id)
    return json_response(schemas.dump_reconciliation(payment))
