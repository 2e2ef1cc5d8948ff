"""`/secure/consents`: the page where a customer says yes or no to a consent."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from sandbox.engine.lifecycle import Final
from sandbox.engine.store.collections import Document
from sandbox.http.addresses import is_address
from sandbox.http.current import this_call
from sandbox.http.payer_page import Money, language_for, money, sent_to
from sandbox.lean import consent_page, consents
from sandbox.lean.errors import LeanError
from sandbox.lean.pages import Choice, read_choice
from sandbox.lean.routes.blueprint import routes
from sandbox.lean.routes.pages import authorize_form, authorize_page

_YES, _NO = "success_redirect_url", "fail_redirect_url"
"""As Lean's LinkSDK calls them."""


@routes.get("/secure/consents/<consent_id>")
def show_consent(consent_id: str) -> Response:
    return _page(consent_id)


@routes.post("/secure/consents/<consent_id>")
def submit_consent(consent_id: str) -> Response:
    call, choice = this_call(), read_choice(request.form)
    if not _are_addresses() or (choice.is_yes and choice.wrong):
        return _page(consent_id, choice)
    try:
        if choice.is_yes:
            consents.authorise(call, consent_id, choice.bank)
        else:
            consents.reject(call, consent_id)
    except (LeanError, Final):  # it has been answered, has expired, or is gone
        return _page(consent_id, status=409)
    url = _addresses()[_YES if choice.is_yes else _NO]
    return _page(consent_id) if url is None else sent_to(url)


def _page(consent_id: str, choice: Choice | None = None, status: int = 200) -> Response:
    """A consent's page, as it stands; `status` is HTTP's of one that has been answered."""
    call = this_call()
    if not _are_addresses():
        return _shown("unsafe", 400)
    try:
        asked = consents.asked(call, consent_id)
    except LeanError:
        return _shown("missing", 404)
    addresses, consent = _addresses(), asked["consent"]
    state = consent_page.state_of(consent, asked["is_expired"])
    shown: dict[str, Any] = {
        "texts": consent_page.TEXTS,
        "details": _details(asked),
        "leads_to": addresses.values(),
        "kept": "".join(f"&{urlencode({name: url})}" for name, url in addresses.items() if url),
    }
    if state == "form":
        return authorize_form(choice, **shown)
    shown["back"] = addresses[_YES if state == "paid" else _NO]
    return authorize_page(state, 410 if state == "expired" else status, **shown)


def _shown(state: str, status: int) -> Response:
    return authorize_page(state, status, consent_page.TEXTS)


def _addresses() -> dict[str, str | None]:
    return {name: request.args.get(name) or None for name in (_YES, _NO)}


def _are_addresses() -> bool:
    return all(url is None or is_address(url) for url in _addresses().values())


def _details(asked: Document) -> list[tuple[str, str]]:
    """What a customer reads of a consent, in the language of the page."""
    consent = asked["consent"]
    language = language_for(request.args.get("lang"), request.headers.get("Accept-Language"))
    return [
        ("recipient", asked["recipient"]),
        ("reference", consent["reference"]),
        *(
            (name, money(language, Money(minor, consent["currency"])))
            for name, minor in consent_page.amounts(consent)
        ),
        *consent_page.other_details(consent, language),
    ]
