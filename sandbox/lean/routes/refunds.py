"""`/payouts/refunds`."""

from flask import Response, request

from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.lean import refunds, schemas
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.routes.blueprint import body, routes, wants
from sandbox.lean.schemas import common
from sandbox.lean.wire import REASONS


@routes.post("/payouts/refunds")
@wants("payout.write")
def create_refunds() -> Response:
    raw = body()
    items = common.load(schemas.refunds.CREATE, raw)
    key = request.headers.get("idempotency-key")
    created = refunds.create(this_call(), items, key, raw)
    return json_response(schemas.refunds.CREATED.dump(created), 201)


@routes.put("/payouts/refunds")
@wants("payout.write")
def action_refunds() -> Response:
    decisions = common.load(schemas.refunds.ACTION, body())
    return json_response(schemas.refunds.ACTIONED.dump(refunds.action(this_call(), decisions)))


@routes.get("/payouts/refunds")
@wants("payout.read")
def list_refunds() -> Response:
    asked = schemas.refunds.load_listing(request.args)
    found, total = REFUNDS.page(this_call(), asked, asked.filters)
    return json_response(common.dump_page(schemas.refunds.REFUNDS.dump(found), total, asked))


@routes.get("/payouts/refunds/reasons")
@wants("payout.read")
def list_reasons() -> Response:
    return json_response([{"code": code, "description": text} for code, text in REASONS.items()])


@routes.get("/payouts/refunds/<refund_id>")
@wants("payout.read")
def get_refund(refund_id: str) -> Response:
    return json_response(schemas.refunds.REFUND.render(REFUNDS.get(this_call(), refund_id)))
