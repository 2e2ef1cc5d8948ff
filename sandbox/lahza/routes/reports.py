"""`/transaction/totals` and `/transaction/export`."""

from flask import Response

from sandbox.http.current import base_url, this_call
from sandbox.lahza import reports, schemas
from sandbox.lahza.auth import Access
from sandbox.lahza.responses import success
from sandbox.lahza.routes.blueprint import filters, routes, with_access


@routes.get("/transaction/totals")
@with_access
def get_totals(access: Access) -> Response:
    asked = schemas.transactions.load_listing(filters())
    count, volume = reports.totals(this_call(), access.domain, asked)
    return success("Transaction totals", schemas.reports.dump_totals(count, volume))


@routes.get("/transaction/export")
@with_access
def export_transactions(access: Access) -> Response:
    asked = schemas.transactions.load_listing(filters())
    made = reports.export(this_call(), access.domain, asked)
    return success("Export successful", schemas.reports.dump_export(made, base_url()))


@routes.get("/transaction/export/<name>")
def get_export(name: str) -> Response:
    made = reports.find_export(this_call(), name)
    response = Response(made["content"], content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=made["name"])
    return response
