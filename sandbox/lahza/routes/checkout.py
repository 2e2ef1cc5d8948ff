"""`/checkout`: the page where a payer pays. The code in its address is all that it asks for."""

from typing import Any

from flask import Response, request

from sandbox.engine.store.collections import Document
from sandbox.http.current import this_call
from sandbox.http.payer_page import Money, sent_to, show
from sandbox.lahza import charges, checkout
from sandbox.lahza.errors import LahzaError
from sandbox.lahza.routes.blueprint import routes


@routes.get("/checkout/<access_code>")
def show_checkout(access_code: str) -> Response:
    transaction = _transaction(access_code)
    if transaction is None:
        return _page("missing", None, 404)
    if transaction["paid_at"] is not None:
        return _paid(transaction)
    return _page("form", transaction)


@routes.post("/checkout/<access_code>")
def submit_checkout(access_code: str) -> Response:
    transaction = _transaction(access_code)
    if transaction is None:
        return _page("missing", None, 404)
    if transaction["paid_at"] is not None:
        return _sent_back(transaction, paid=True)
    if request.form.get("action") == "cancel":
        return _sent_back(transaction, paid=False)
    typed = checkout.read_card(request.form)
    if typed.card is None:
        wrong = {name: f"wrong_{name}" for name in typed.wrong}
        return _page(
            "wrong", transaction, 400, wrong=wrong, expiry=request.form.get("expiry", "")[:40]
        )
    try:
        transaction = charges.pay(this_call(), access_code, typed.card)
    except LahzaError:  # another submit was quicker: it is paid, or the world was reset
        return show_checkout(access_code)
    if transaction["paid_at"] is None:
        return _page("refused", transaction, refused=checkout.refusal(transaction))
    return _sent_back(transaction, paid=True)


def _transaction(access_code: str) -> Document | None:
    try:
        return charges.find(this_call(), access_code)
    except LahzaError:
        return None


def _sent_back(transaction: Document, paid: bool) -> Response:
    """To the merchant's page; without one, the sandbox says itself how it ended."""
    url = checkout.address_back(transaction, paid)
    if url is None:
        return _paid(transaction) if paid else _page("cancelled", transaction)
    return sent_to(url)


def _paid(transaction: Document) -> Response:
    return _page("paid", transaction, back=checkout.address_back(transaction, paid=True))


def _page(state: str, transaction: Document | None, status: int = 200, **shown: Any) -> Response:
    if transaction is not None:
        shown["amount"] = Money(transaction["amount"], transaction["currency"])
        shown["leads_to"] = (transaction["callback_url"], transaction["cancel_url"])
        shown["details"] = checkout.details(transaction)
    template = "checkout.html"
    return show(template, checkout.TEXTS, state, status, cards=checkout.TEST_CARDS, **shown)
