"""`/transaction`."""

from flask import Response

from sandbox.http.exchange import this_call
from sandbox.lahza import transactions
from sandbox.lahza.answers import success
from sandbox.lahza.auth import Access
from sandbox.lahza.routes.blueprint import filters, routes, with_access
from sandbox.lahza.schemas import common
from sandbox.lahza.schemas import transactions as schemas


@routes.get("/transaction")
@with_access
def list_transactions(access: Access) -> Response:
    asked = schemas.load_transaction_filters(filters())
    found, total = transactions.page(this_call(), access.domain, asked)
    rows = schemas.TRANSACTION.dump(found, many=True)
    return success("Transactions retrieved", rows, meta=common.dump_meta(total, asked))


@routes.get("/transaction/verify/<reference>")
@with_access
def verify_transaction(access: Access, reference: str) -> Response:
    transaction = transactions.verify(this_call(), access.domain, reference)
    return success("Verification successful", schemas.TRANSACTION.dump(transaction))


@routes.get("/transaction/<transaction_id>")
@with_access
def get_transaction(access: Access, transaction_id: str) -> Response:
    number = schemas.load_id(transaction_id)
    transaction = transactions.get(this_call(), access.domain, number)
    return success("Transaction retrieved", schemas.TRANSACTION.dump(transaction))
