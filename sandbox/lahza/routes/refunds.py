"""`/refund`."""

from flask import Response

from sandbox.http.exchange import this_call
from sandbox.lahza import refunds
from sandbox.lahza.answers import success
from sandbox.lahza.routes.blueprint import body, filters, routes, with_domain
from sandbox.lahza.schemas import common
from sandbox.lahza.schemas import refunds as schemas
from sandbox.lahza.switches import switches


@routes.post("/refund")
@with_domain
def create_refund(domain: str) -> Response:
    values = common.load(schemas.CREATE, body())
    refund, transaction = refunds.create(this_call(), domain, values)
    return success(
        "Refund has been queued for processing", schemas.dump_created(refund, transaction)
    )


@routes.get("/refund")
@with_domain
def list_refunds(domain: str) -> Response:
    asked = schemas.load_refund_filters(filters())
    found, total = refunds.page(this_call(), domain, asked)
    rows = [schemas.dump_row(refund) for refund in found]
    if switches(this_call()).list_meta:
        return success("Refunds retrieved", rows, meta=common.dump_meta(total, asked))
    return success("Refunds retrieved", rows)


@routes.get("/refund/<reference>")
@with_domain
def get_refund(domain: str, reference: str) -> Response:
    refund = refunds.get(this_call(), domain, reference)
    return success("Refund retrieved", schemas.REFUND.dump(refund))
