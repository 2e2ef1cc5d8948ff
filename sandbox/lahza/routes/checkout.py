"""`/checkout`: the page where a payer pays. The code in its address is all that it asks for."""

from typing import Any

from flask import Response, make_response, redirect, request

from sandbox.engine.store.collections import Document
from sandbox.http.current import this_call
from sandbox.http.pages import render
from sandbox.lahza import charges, checkout
from sandbox.lahza.errors import LahzaError
from sandbox.lahza.routes.blueprint import routes

_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""The form is posted with an Origin: with no referrer at all, browsers make it `null`."""


@routes.get("/checkout/<access_code>")
def show_checkout(access_code: str) -> Response:
    transaction = _transaction(access_code)
    if transaction is None:
        return _page("missing", 404)
    if transaction["paid_at"] is not None:
        return _paid(transaction)
    return _page("form", transaction=transaction)


@routes.post("/checkout/<access_code>")
def submit_checkout(access_code: str) -> Response:
    transaction = _transaction(access_code)
    if transaction is None:
        return _page("missing", 404)
    if transaction["paid_at"] is not None:
        return _sent_back(transaction, paid=True)
    if request.form.get("action") == "cancel":
        return _sent_back(transaction, paid=False)
    typed = checkout.read_card(request.form)
    if typed.card is None:
        expiry = request.form.get("expiry", "")[:40]
        return _page("wrong", 400, transaction=transaction, wrong=typed.wrong, expiry=expiry)
    try:
        transaction = charges.pay(this_call(), access_code, typed.card)
    except LahzaError:  # another submit was quicker: it is paid, or the world was reset
        return show_checkout(access_code)
    if transaction["paid_at"] is None:
        return _page("refused", transaction=transaction)
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
        return _paid(transaction) if paid else _page("cancelled", transaction=transaction)
    response = make_response(redirect(url, 303))
    response.headers.update(_HEADERS)
    return response


def _paid(transaction: Document) -> Response:
    back = checkout.address_back(transaction, paid=True)
    return _page("paid", transaction=transaction, back=back)


def _page(state: str, status: int = 200, **shown: Any) -> Response:
    asked, accepted = request.args.get("lang"), request.headers.get("Accept-Language")
    language = checkout.language_for(asked, accepted)
    targets = checkout.form_targets(shown.get("transaction"))
    allowed = {"style-src": "'unsafe-inline'", "form-action": targets}
    view = checkout.view(state, language, **shown)
    page = render("checkout.html", status, allowed=allowed, **view)
    page.headers.update({**_HEADERS, "Content-Language": language, "Vary": "Accept-Language"})
    return page
