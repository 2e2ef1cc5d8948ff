"""`/refund`."""

from flask import Response

from sandbox.http.current import this_call
from sandbox.lahza import refunds, schemas
from sandbox.lahza.auth import Access
from sandbox.lahza.responses import rendered, success
from sandbox.lahza.routes.blueprint import body, filters, routes, with_access
from sandbox.lahza.schemas import common
from sandbox.lahza.settings import settings_of


@routes.post("/refund")
@with_access
def create_refund(access: Access) -> Response:
    values = common.load(schemas.refunds.CREATE, body())
    refund, transaction = refunds.create(this_call(), access.domain, values, access.key)
    return success(
        "Refund has been queued for processing", schemas.refunds.dump_created(refund, transaction)
    )


@routes.get("/refund")
@with_access
def list_refunds(access: Access) -> Response:
    asked = schemas.refunds.load_listing(filters())
    found, total = refunds.page(this_call(), access.domain, asked)
    rows = schemas.refunds.ROWS.dump(found)
    if settings_of(this_call()).list_meta:
        return success("Refunds retrieved", rows, meta=common.dump_meta(total, asked))
    return success("Refunds retrieved", rows)


@routes.get("/refund/<reference>")
@with_access
def get_refund(access: Access, reference: str) -> Response:
    refund = refunds.get(this_call(), access.domain, reference)
    return rendered("Refund retrieved", schemas.refunds.REFUND.render(refund))
