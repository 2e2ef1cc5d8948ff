"""Payouts: their rules and their lifecycle. A refund, once it is approved, is carried by one.

A payout's document: id (of its payment), payment_intent_id, customer_id, end_user_id (its payment
source, too), payment_destination_id, destination (as it was then), account {name, iban,
account_number} (the one that pays), amount (minor units), currency, reason, external_reference,
auto_authorized, status, post_initiation_status, bank_transaction_reference, created_at,
updated_at, initiated_at, failure_reason, history (the moment of each state that it has entered,
in their order), refund_id, and payment_id of what is refunded (both None unless it carries a
refund).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sandbox.engine import lifecycle
from sandbox.engine.provider.resources import Listing, Resource
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.store.collections import Document
from sandbox.engine.store.compact import compact
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import Duration, Instant
from sandbox.lean import amounts, idempotency, payout_destinations, sources
from sandbox.lean.application import require_products
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import unknown
from sandbox.lean.matchers import PAYOUT_WHERE
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.payout_account import CONNECTED, CUSTOMER, END_USER, account_of
from sandbox.lean.payout_destinations import PAYOUT_DESTINATIONS
from sandbox.lean.settings import settings_of
from sandbox.lean.webhooks import PAYMENT_CREATED, PAYMENT_UPDATED, tell_payment

PAYOUTS = Resource("lean.payouts", partial(unknown, "payment"))
AFTERWARDS = ("PROCESSED", "REJECTED")
"""What may become of money that the bank has accepted: `post_initiation_status`."""
AWAITING = "AWAITING_AUTHORIZATION"
STATUSES = (AWAITING, "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "FAILED")


class Order(NamedTuple):
    """One payout asked for: from which account, to where, and the rest as loaded.

    The currency is the destination's, else the account's, else AED.
    """

    account_id: str
    currency: str
    to: Mapping[str, Any]
    path: str


@idempotency.once("payouts")
def create(call: Call, details: Sequence[Mapping[str, Any]]) -> Sequence[Document]:
    """Make payouts, all or none.

    Args:
        call: the world and the moment.
        details: loaded by `schemas.CreatePayouts`; amounts in major units.

    Returns:
        The payouts as they were made, in the order of the body.

    Raises:
        LeanError: a rule forbids one of them; checked rule by rule.
    """
    orders = [
        Order(
            detail["account_id"],
            to["currency"] or detail["currency"] or "AED",
            to,
            f"payment_details->[{n}]->destination_details->[{m}]",
        )
        for n, detail in enumerate(details)
        for m, to in enumerate(detail["destination_details"])
    ]
    require_products(call, ["payouts"])
    found = [_destination(call, order.to["payment_destination_id"]) for order in orders]
    minor = [
        amounts.to_bounded_minor(order.to["amount"], order.currency, f"{order.path}->amount")
        for order in orders
    ]
    return [
        _create(call, order, destination, failure, amount)
        for order, (destination, failure), amount in zip(orders, found, minor, strict=True)
    ]


def _destination(call: Call, destination_id: str) -> tuple[Document, str | None]:
    """Where a payout goes, and why it fails at once: a destination of payments is none of payouts.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_DESTINATION, there is neither.
    """
    if of_payments := DESTINATIONS.collection(call).get(destination_id):
        failure = f"destination with id = {destination_id} not found"
        return payout_destinations.make(destination_id, of_payments, call.now), failure
    return PAYOUT_DESTINATIONS.find(call, destination_id), None


def _create(
    call: Call, order: Order, destination: Document, failure: str | None, amount: int
) -> Document:
    authorized = order.to["authorize_payment"]
    values = {
        "amount": amount,
        "currency": order.currency,
        "reason": order.to["description"],
        "external_reference": order.to["external_reference"],
        "auto_authorized": authorized,
        "failure_reason": failure,
    }
    intent_id = call.ids.uuid("lean.payout")
    payout = _make(intent_id, values, account_of(order.account_id), destination, call.now)
    state = "PENDING_WITH_BANK" if authorized else AWAITING
    state = state if failure is None else "FAILED"
    made: Document = lifecycle.enter(call, LIFECYCLE, payout["id"], payout, state)
    return made


def _make(
    intent_id: str,
    values: Mapping[str, Any],
    account: Mapping[str, str],
    destination: Document,
    now: Instant,
) -> Document:
    """A payout that has not yet entered a state."""
    payout_id = payment_of(intent_id)
    return {
        "id": payout_id,
        "payment_intent_id": intent_id,
        "customer_id": destination["customer_id"] or CUSTOMER,
        "end_user_id": END_USER,
        "payment_destination_id": destination["destination_id"],
        "metadata": None,
        "destination": destination,
        "account": account,
        "status": None,
        "post_initiation_status": None,
        "bank_transaction_reference": f"payment-{payout_id}",
        "created_at": now,
        "updated_at": now,
        "initiated_at": None,
        "failure_reason": None,
        "history": {},
        "refund_id": None,
        "payment_id": None,
        **values,
    }


def payment_of(intent_id: str) -> str:
    """The id of the payment that a payout intent has."""
    return uuid_of(f"{intent_id}/payment")


def task_of(intent_id: str) -> str:
    """The id of the task that initiates a payout."""
    return uuid_of(f"{intent_id}/task")


def awaits_authorization(payout: Document) -> bool:
    """Whether it waits for somebody to authorize it: none that carries a refund does."""
    return bool(payout["status"] == AWAITING and not payout["auto_authorized"])


# Reads ----------------------------------------------------------------------------------------


def page(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of payouts, newest first, and how many there are on all pages.

    Filters: minimum and maximum of their amounts, in major units, both included; updated, the two
    ends of when they last changed.
    """
    bounds = (asked.filters["minimum"], asked.filters["maximum"])
    since, until = asked.filters["updated"]
    updated = asked._replace(since=since, until=until)

    def keep(payout: Document) -> bool:
        return amounts.within(payout, *bounds) and updated.covers(payout["updated_at"])

    is_narrow = (*bounds, since, until) != (None,) * 4
    return PAYOUTS.page(call, asked, keep=keep if is_narrow else None)


def get_intent(call: Call, intent_id: str) -> Document:
    """The payout of an intent.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
    """
    with call:
        return _of_intent(call, intent_id)


def get_either(call: Call, payout_id: str) -> Document:
    """The payout of a payment or of an intent.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_INTENT.
    """
    with call:
        return PAYOUTS.collection(call).get(payout_id) or _of_intent(call, payout_id)


def _of_intent(call: Call, intent_id: str) -> Document:
    payout = PAYOUTS.collection(call).get(payment_of(intent_id))
    if payout is None:
        raise unknown("payment intent", intent_id)
    return payout


# Lifecycle ------------------------------------------------------------------------------------


def _in_state(payout: Document, state: str, at: Instant, reason: str | None) -> Document:
    """A payout in its next state, which stands in its history."""
    later = state in AFTERWARDS
    status, afterwards = (payout["status"], state) if later else (state, None)
    return {
        **payout,
        "status": status,
        "post_initiation_status": afterwards,
        "updated_at": at,
        "initiated_at": at if status == "PENDING_WITH_BANK" else payout["initiated_at"],
        "failure_reason": reason,
        "history": compact({**payout["history"], state: at}),
    }


def events_of(payout: Document) -> list[dict[str, Any]]:
    """What webhooks told of a payout, newest first.

    Returns:
        event, status, post_initiation_status and published_at of each.
    """
    events: list[dict[str, Any]] = []
    for state in _told(payout):
        later = state in AFTERWARDS
        event = {
            "event": PAYMENT_UPDATED if events else PAYMENT_CREATED,
            "status": events[-1]["status"] if later else state,
            "post_initiation_status": state if later else None,
            "published_at": payout["history"][state],
        }
        events.append(event)
    return events[::-1]


def _told(payout: Document) -> list[str]:
    """The states of which webhooks tell: a payout that begins with the bank waits for its word."""
    first, *others = payout["history"]
    return others if first == "PENDING_WITH_BANK" else [first, *others]


def _tell(call: Call, payout: Document) -> None:
    if told := _told(payout):
        refund_id = payout["refund_id"]
        of = ("payout", payout["id"]) if refund_id is None else ("refund", refund_id)
        event = PAYMENT_CREATED if len(told) == 1 else PAYMENT_UPDATED
        last = told[-1] in ("FAILED", *AFTERWARDS)
        tell_payment(call, payout, event, ("lean", *of), last)


def _change(call: Call, payout: Document, state: str, at: Instant) -> Document:
    if payout["refund_id"] is not None and state not in AFTERWARDS:
        raise lifecycle.Final(f"it goes where the refund {payout['refund_id']} goes: settle that")
    changed = _in_state(payout, state, at, payout["failure_reason"])
    _tell(call, changed)
    return changed


def _accepted_after(call: Call, payout: Document) -> Duration | None:
    return settings_of(call).payout_accepted_after if payout["refund_id"] is None else None


LIFECYCLE = Lifecycle(
    provider="lean",
    kind="payout",
    collection=PAYOUTS.name,
    next={
        "PENDING_WITH_BANK": ("ACCEPTED_BY_BANK", _accepted_after),
        "ACCEPTED_BY_BANK": ("PROCESSED", lambda call, _: settings_of(call).payout_processed_after),
    },
    may_become={
        AWAITING: ("PENDING_WITH_BANK", "FAILED"),
        "PENDING_WITH_BANK": ("ACCEPTED_BY_BANK", "FAILED"),
        "ACCEPTED_BY_BANK": AFTERWARDS,
        "FAILED": (),
        "PROCESSED": (),
        "REJECTED": (),
    },
    where=PAYOUT_WHERE,
    state=lambda payout: str(payout["post_initiation_status"] or payout["status"]),
    change=_change,
)


# Refunds --------------------------------------------------------------------------------------


def follow(call: Call, refund: Document, at: Instant) -> None:
    """Let the payout that carries a refund go where the refund has gone.

    Its caller holds the world's lock. Once the bank has accepted it, the payout goes on by itself.

    Args:
        call: the world and the moment.
        refund: in its new state: APPROVED, for which the payout is made, or a later one.
        at: when.
    """
    state = refund["status"]
    if state == "APPROVED":
        payout, state = _carrying(call, refund, at), "AWAITING_AUTHORIZATION"
    else:
        payout = _of_intent(call, refund["refund_intent_id"])
    changed = _in_state(payout, state, at, refund["failure_reason"])
    changed = PAYOUTS.put(call, changed)
    _tell(call, changed)
    if state == "ACCEPTED_BY_BANK":
        lifecycle.proceed(call, LIFECYCLE, changed["id"], changed)


def put_carrying(call: Call, refund: Document, history: Mapping[str, Instant]) -> Document:
    """Store the payout of a refund that has been there all along: nothing is told of it.

    Args:
        call: the world; its caller holds the lock.
        refund: one that has been approved.
        history: when the payout entered each of its states, in their order.
    """
    *_, (last, updated_at) = history.items()
    statuses = [state for state in history if state not in AFTERWARDS]
    payout = {
        **_carrying(call, refund, refund["created_at"]),
        "status": statuses[-1],
        "post_initiation_status": last if last in AFTERWARDS else None,
        "updated_at": updated_at,
        "initiated_at": history.get("PENDING_WITH_BANK"),
        "history": compact(history),
    }
    return PAYOUTS.put(call, payout)


def _carrying(call: Call, refund: Document, at: Instant) -> Document:
    payment = PAYMENTS.stored(call, refund["payment_id"])
    number, bank = payment["sender"]["account_number"], sources.bank_of(call, payment)
    destination = payout_destinations.of_payer(call, refund["beneficiary"], number, bank, at)
    values = {
        "amount": refund["amount"],
        "currency": refund["currency"],
        "reason": refund["description"],
        "external_reference": refund["external_reference"],
        "auto_authorized": True,
        "refund_id": refund["refund_id"],
        "payment_id": refund["payment_id"],
    }
    return _make(refund["refund_intent_id"], values, account_of(CONNECTED), destination, at)
