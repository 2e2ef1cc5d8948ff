"""Sessions: a customer is sent to a page where a payment intent is paid, and comes back.

A session's document: id, customer_id, payment_intent_id, redirect_url, state, expires_at,
created_at. Nothing happens when it expires: from then on it is seen as EXPIRED.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.store.collections import Document
from sandbox.lean import intents, payer, payments
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.errors import invalid, not_allowed, unknown
from sandbox.lean.intents import INTENTS
from sandbox.lean.settings import settings_of

STATES = ("CREATED", "ACTIVE", "AUTHORIZED", "COMPLETED", "EXPIRED")
INTENT_FIELD = "flow->payload->payment_intent_id"


def _seen(call: Call, session: Document) -> Document:
    is_over = session["state"] != "COMPLETED" and call.now >= session["expires_at"]
    return {**session, "state": "EXPIRED"} if is_over else session


SESSIONS = Resource("lean.sessions", partial(unknown, "session"), seen=_seen)


def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Create a session.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.sessions.CreateSession`.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_INTENT; 400 INVALID_PARAMETERS, the intent
            is another customer's; 403 OPERATION_NOT_ALLOWED, it has its payment.
    """
    with call:
        CUSTOMERS.find(call, values["customer_id"])
        intent_id = values["flow"]["payload"]["payment_intent_id"]
        intent = INTENTS.stored(call, intent_id)
        if intent["customer_id"] != values["customer_id"]:
            raise invalid(INTENT_FIELD, intent_id)
        if payments.of_intent(call, intent_id):
            raise not_allowed("payment intent already paid")
        session = {
            "id": call.ids.uuid("lean.session"),
            "customer_id": values["customer_id"],
            "payment_intent_id": intent_id,
            "redirect_url": values["redirect_url"],
            "state": "CREATED",
            "expires_at": call.now + settings_of(call).session_expires_after,
            "created_at": call.now,
        }
        call.stick(("lean", "session", session["id"]))
        return SESSIONS.put(call, session)


def open(call: Call, session_id: str) -> Document:
    """The session whose page a customer opens: ACTIVE, if it was CREATED.

    Raises:
        LeanError: 404 UNKNOWN_SESSION.
    """
    with call:
        session = SESSIONS.find(call, session_id)
        if session["state"] == "CREATED":
            session = SESSIONS.put(call, {**session, "state": "ACTIVE"})
        return session


def asked(call: Call, session: Document) -> Document:
    """What the customer of a session is asked for.

    Returns:
        amount (minor units), currency, recipient, reference, and payment, the one that was made,
        or None.
    """
    with call:
        return intents.asked(call, session["payment_intent_id"])


def pay(call: Call, session_id: str, values: Mapping[str, Any]) -> Document:
    """The customer says yes: the intent is paid, and the session COMPLETED.

    Args:
        call: the world and the moment.
        session_id: of a session that there is.
        values: bank_identifier, status, failure_code, as `payer.pay` takes them.

    Returns:
        The payment.

    Raises:
        LeanError: 404 UNKNOWN_SESSION.
        Conflict: it is COMPLETED or EXPIRED, or its intent has its payment.
    """
    with call:
        session = SESSIONS.find(call, session_id)
        _require_open(session)
        call.adopt(("lean", "session", session_id))
        payment = payer.pay(call, {**values, "payment_intent_id": session["payment_intent_id"]})
        SESSIONS.put(call, {**session, "state": "COMPLETED"})
        return payment


def decline(call: Call, session_id: str) -> Document:
    """The customer says no: nothing is paid, and the session stays ACTIVE.

    Raises:
        LeanError: 404 UNKNOWN_SESSION.
        Conflict: it is COMPLETED or EXPIRED.
    """
    with call:
        _require_open(SESSIONS.find(call, session_id))
        return open(call, session_id)


def _require_open(session: Document) -> None:
    if session["state"] in ("COMPLETED", "EXPIRED"):
        raise Conflict(f"the session is {session['state']}")
