"""`/secure`: pages where customers say yes or no. The id in an address is all that they ask for."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from flask import Response, request

from sandbox.engine.provider.rules import Conflict
from sandbox.engine.store.collections import Document
from sandbox.http.current import base_url, this_call
from sandbox.http.payer_page import LANGUAGES, Money, Texts, sent_to, show
from sandbox.lean import links, pages, sessions, usages
from sandbox.lean.errors import LeanError
from sandbox.lean.pages import Choice, read_choice
from sandbox.lean.routes.blueprint import routes
from sandbox.lean.sources import CoolingOff

_LONGEST = 1000
"""Characters that are read of what was typed into a field."""


# Sessions -----------------------------------------------------------------------------------------


@routes.get("/secure/<session_id>")
def show_session(session_id: str) -> Response:
    try:
        session = sessions.open(this_call(), session_id)
    except LeanError:
        return authorize_page("missing", 404)
    return _of_session(session)


@routes.post("/secure/<session_id>")
def submit_session(session_id: str) -> Response:
    call, choice = this_call(), read_choice(request.form)
    try:
        session = sessions.open(call, session_id)
        if session["state"] == "EXPIRED":
            return _of_session(session)
        if choice.is_yes and session["state"] != "COMPLETED":
            if choice.wrong:
                return _of_session(session, choice)
            sessions.pay(call, session_id, choice.values)
    except CoolingOff:
        return _of_session(session, choice.with_wrong("bank", "wrong_cooling_off"))
    except (LeanError, Conflict):  # another submit was quicker, or the world was reset
        return show_session(session_id)
    return sent_to(session["redirect_url"])


def _of_session(session: Document, choice: Choice | None = None) -> Response:
    """A session's page, as it stands."""
    asked = sessions.asked(this_call(), session)
    shown = _shown(asked, session["redirect_url"])
    if asked["payment"] is not None:
        return authorize_page(pages.ended(asked["payment"]), **shown)
    if session["state"] == "EXPIRED":
        return authorize_page("expired", 410, **shown)
    return authorize_form(choice, outcomes=pages.OUTCOMES, **shown)


# Payment links ------------------------------------------------------------------------------------


@routes.get("/secure/pay/<page_id>")
def show_link(page_id: str) -> Response:
    link = links.of_page(this_call(), page_id)
    return authorize_page("missing", 404) if link is None else _of_link(link)


@routes.post("/secure/pay/<page_id>")
def submit_link(page_id: str) -> Response:
    call = this_call()
    link = links.of_page(call, page_id)
    if link is None or link["status"] != "ACTIVE":
        return show_link(page_id)
    texts = [request.form.get(name, "")[:_LONGEST] for name in pages.fields_of(link)]
    typed = usages.read_identifiers(link, texts)
    if typed.wrong:
        return _of_link(link, texts, typed.wrong)
    try:
        usage = usages.begin(call, link["id"], typed.identifiers)
    except (LeanError, Conflict):  # it was switched off meanwhile
        return show_link(page_id)
    language = f"?lang={request.args['lang']}" if request.args.get("lang") in LANGUAGES else ""
    return sent_to(f"{base_url()}/secure/pay/{page_id}/{usage['usage_id']}{language}")


def _of_link(
    link: Document, texts: Sequence[str] = (), wrong: Mapping[int, str] = MappingProxyType({})
) -> Response:
    """A link's page, as it stands."""
    shown = _shown(links.asked(this_call(), link), link["redirect_url"])
    if link["status"] != "ACTIVE":
        return authorize_page(link["status"].lower(), 410, **shown)
    names = pages.fields_of(link)
    return show(
        "lean_link.html",
        pages.TEXTS,
        "wrong" if wrong else "form",
        400 if wrong else 200,
        hint="link_hint",
        identifiers=list(zip(names, link["identifiers"], texts or [""] * len(names), strict=True)),
        wrong={names[n]: f"wrong_{problem}" for n, problem in wrong.items()},
        labels=pages.labels_of(link),
        **shown,
    )


@routes.get("/secure/pay/<page_id>/<usage_id>")
def show_usage(page_id: str, usage_id: str) -> Response:
    return _of_usage(page_id, usage_id)


@routes.post("/secure/pay/<page_id>/<usage_id>")
def submit_usage(page_id: str, usage_id: str) -> Response:
    call, choice = this_call(), read_choice(request.form)
    link = links.of_page(call, page_id)
    if choice.is_yes and choice.wrong:
        return _of_usage(page_id, usage_id, choice)
    try:
        if link is None:
            return show_link(page_id)
        if choice.is_yes:
            usages.pay(call, link["id"], usage_id, choice.values)
        else:
            usages.decline(call, link["id"], usage_id)
    except CoolingOff:
        return _of_usage(page_id, usage_id, choice.with_wrong("bank", "wrong_cooling_off"))
    except (LeanError, Conflict):  # it has been paid or declined, or nothing can be paid any more
        return _of_usage(page_id, usage_id)
    url = link["redirect_url"]
    return _of_usage(page_id, usage_id) if url is None else sent_to(url)


def _of_usage(page_id: str, usage_id: str, choice: Choice | None = None) -> Response:
    """The page of a usage, as it stands."""
    call = this_call()
    link = links.of_page(call, page_id)
    if link is None:
        return authorize_page("missing", 404)
    try:
        usage = usages.get(call, link["id"], usage_id)
    except LeanError:
        return authorize_page("missing", 404)
    shown = _shown(links.asked(call, link), link["redirect_url"])
    if usage["payment"] is not None:
        return authorize_page(pages.ended(usage["payment"]), **shown)
    if usage["usage_status"] == "FAILED":
        return authorize_page("cancelled", **shown)
    if usage["usage_status"] == "EXPIRED":
        return authorize_page("expired", 410, **shown)
    if link["status"] != "ACTIVE":
        return _of_link(link)
    return authorize_form(choice, outcomes=pages.OUTCOMES, **shown)


# What all of these pages share --------------------------------------------------------------------


def authorize_form(choice: Choice | None = None, **shown: Any) -> Response:
    """The form where a bank is chosen, and a yes or no said.

    Args:
        choice: what was chosen wrongly before; None: nothing yet.
        shown: as of `authorize_page`; `outcomes` are the names of those of `pages.OUTCOMES` from
            which one is chosen, if one is.
    """
    state, status = ("form", 200) if choice is None else ("wrong", 400)
    chosen = read_choice({}) if choice is None else choice
    return authorize_page(
        state, status, banks=pages.BANKS, chosen=chosen, wrong=chosen.wrong, **shown
    )


def authorize_page(
    state: str, status: int = 200, texts: Texts = pages.TEXTS, **shown: Any
) -> Response:
    """A page of `lean_authorize.html`; the arguments are those of `show`."""
    return show("lean_authorize.html", texts, state, status, **shown)


def _shown(asked: Document, redirect_url: str | None) -> dict[str, Any]:
    """What every page of a payment shows of it; `back` stands only on one without a form."""
    return {
        "details": pages.details(asked),
        "amount": Money(asked["amount"], asked["currency"]),
        "leads_to": [redirect_url],
        "back": redirect_url,
    }
