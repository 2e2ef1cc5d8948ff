"""Lahza's API over HTTP. No rule stands here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import Blueprint, Response, request

from sandbox.http.bodies import Malformed, read_object
from sandbox.http.exchange import server_settings, this_call
from sandbox.lahza import auth, refunds, schemas, transactions
from sandbox.lahza.answers import answer, success
from sandbox.lahza.errors import LahzaError, malformed
from sandbox.lahza.switches import switches

routes = Blueprint("lahza", __name__)
routes.register_error_handler(LahzaError, answer)

P = ParamSpec("P")


def with_domain(view: Callable[Concatenate[str, P], Response]) -> Callable[P, Response]:
    """Let a call in that has a key, and hand it the key's domain."""

    @wraps(view)
    def admitted(*args: P.args, **kwargs: P.kwargs) -> Response:
        domain = auth.domain_of(server_settings(), request.headers.get("Authorization"))
        return view(domain, *args, **kwargs)

    return admitted


def _fields() -> dict[str, Any]:
    try:
        return read_object(request)
    except Malformed as error:
        raise malformed() from error


def _filters() -> dict[str, Any]:
    """Filters from the query, else from a JSON body on GET, as some clients send them."""
    query, body = request.args.to_dict(), _fields()
    if not query.keys().isdisjoint(_ALIASES):
        body = {name: value for name, value in body.items() if name not in _ALIASES}
    return {**body, **query}


_ALIASES = {"reference", "transaction"}


@routes.post("/refund")
@with_domain
def create_refund(domain: str) -> Response:
    values = schemas.load_refund(_fields())
    refund, transaction = refunds.create(this_call(), domain, values)
    return success(
        "Refund has been queued for processing", schemas.dump_created(refund, transaction)
    )


@routes.get("/refund")
@with_domain
def list_refunds(domain: str) -> Response:
    asked = schemas.load_refund_filters(_filters())
    found, total = refunds.page(this_call(), domain, asked)
    rows = [schemas.dump_row(refund) for refund in found]
    if switches(this_call()).list_meta:
        return success("Refunds retrieved", rows, meta=schemas.dump_meta(total, asked))
    return success("Refunds retrieved", rows)


@routes.get("/refund/<reference>")
@with_domain
def get_refund(domain: str, reference: str) -> Response:
    refund = refunds.get(this_call(), domain, reference)
    return success("Refund retrieved", schemas.REFUND.dump(refund))


@routes.get("/transaction")
@with_domain
def list_transactions(domain: str) -> Response:
    asked = schemas.load_transaction_filters(_filters())
    found, total = transactions.page(this_call(), domain, asked)
    rows = schemas.TRANSACTION.dump(found, many=True)
    return success("Transactions retrieved", rows, meta=schemas.dump_meta(total, asked))


@routes.get("/transaction/verify/<reference>")
@with_domain
def verify_transaction(domain: str, reference: str) -> Response:
    transaction = transactions.verify(this_call(), domain, reference)
    return success("Verification successful", schemas.TRANSACTION.dump(transaction))


@routes.get("/transaction/<transaction_id>")
@with_domain
def get_transaction(domain: str, transaction_id: str) -> Response:
    number = schemas.load_id(transaction_id)
    transaction = transactions.get(this_call(), domain, number)
    return success("Transaction retrieved", schemas.TRANSACTION.dump(transaction))
