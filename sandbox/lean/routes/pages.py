"""`/secure`: pages where customers say yes or no. The id in an address is all that they ask for."""

from typing import Any

from flask import Response, request

from sandbox.engine.provider.rules import Conflict
from sandbox.engine.store.collections import Document
from sandbox.http.current import this_call
from sandbox.http.payer_page import Money, Texts, sent_to, show
from sandbox.lean import pages, sessions
from sandbox.lean.errors import LeanError
from sandbox.lean.pages import Choice, read_choice
from sandbox.lean.routes.blueprint import routes


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
    except (LeanError, Conflict):  # another submit was quicker, or the world was reset
        return show_session(session_id)
    return sent_to(session["redirect_url"])


def _of_session(session: Document, choice: Choice | None = None) -> Response:
    """A session's page, as it stands."""
    asked = sessions.asked(this_call(), session)
    payment, back = asked["payment"], session["redirect_url"]
    shown: dict[str, Any] = {"details": pages.details(asked), "leads_to": [back]}
    shown["amount"] = Money(asked["amount"], asked["currency"])
    if payment is not None:
        return authorize_page(pages.ended(payment), back=back, **shown)
    if session["state"] == "EXPIRED":
        return authorize_page("expired", 410, back=back, **shown)
    return authorize_form(choice, outcomes=list(pages.OUTCOMES), **shown)


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
