"""`/transaction`."""

from flask import Response

from sandbox.http.current import this_call
from sandbox.lahza import schemas, transactions
from sandbox.lahza.auth import Access
from sandbox.lahza.responses import rendered, success
from sandbox.lahza.routes.blueprint import filters, routes, with_access
from sandbox.lahza.schemas import common


@routes.get("/transaction")
@with_access
def list_transactions(access: Access) -> Response:
    asked = schemas.transactions.load_listing(filters())
    found, total = transactions.page(this_call(), access.domain, asked)
    rows = schemas.transactions.TRANSACTION.dump(found, many=True)
    return success("Transactions retrieved", rows, meta=common.dump_meta(total, asked))


@routes.get("/transaction/verify/<reference>")
@with_access
def verify_transaction(access: Access, reference: str) -> Response:
    transaction = transactions.verify(this_call(), access.domain, reference)
    return rendered("Verification successful", schemas.transactions.TRANSACTION.render(transaction))


@routes.get("/transaction/timeline/<id_or_reference>")
@with_access
def get_timeline(access: Access, id_or_reference: str) -> Response:
    transaction = transactions.find(this_call(), access.domain, id_or_reference)
    return success("Timeline retrieved", schemas.transactions.TRANSACTION.dump(transaction)["log"])


@routes.get("/transaction/<transaction_id>")
@with_access
def get_transaction(access: Access, transaction_id: str) -> Response:
    number = schemas.transactions.load_id(transaction_id)
    transaction = transactions.get(this_call(), access.domain, number)
    return rendered("Transaction retrieved", schemas.transactions.TRANSACTION.render(transaction))
