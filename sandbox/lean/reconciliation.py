"""Reconciliation: whether the money of payments has arrived, and the deposits it came in.

Its lifecycle lives in the payments' documents: a payment whose money is under way is OUTSTANDING
until a deposit of its very amount arrives.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.provider.resources import Listing
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.store.collections import Document
from sandbox.engine.values import money
from sandbox.engine.values.instants import Instant
from sandbox.lean import amounts, deposits, payments, sources
from sandbox.lean.deposits import DEPOSITS
from sandbox.lean.errors import unknown
from sandbox.lean.matchers import PAYMENT_WHERE
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.webhooks import tell_reconciliation
from sandbox.lean.wire import DECIMALS

# What the API reads ---------------------------------------------------------------------------


def get(call: Call, payment_id: str) -> Document:
    """The payment of `GET /reconciliation/v1/payments/{payment_id}`.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT, also where there is nothing to reconcile.
    """
    payment = PAYMENTS.get(call, payment_id)
    if payment["reconciliation"] is None:
        raise unknown("payment", payment_id)
    return payment


def search(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of payments whose money is or was under way, newest first, and how many there are.

    Filters: customer_id, reconciliation; minimum and maximum of their amounts, in major units,
    both included; query, a text; payment_status; deposit_match_type, one of MATCHES; banks,
    identifiers of those that were paid from; source_id, of a payment source or a deposit's.
    """
    least, most, query = (asked.filters[key] for key in ("minimum", "maximum", "query"))
    narrower = {key: asked.filters[key] for key in NARROWER if asked.filters[key] is not None}

    def keep(payment: Document) -> bool:
        return (
            amounts.within(payment, least, most)
            and (query is None or says(payment, query))
            and all(NARROWER[key](call, payment, wanted) for key, wanted in narrower.items())
        )

    filters = {key: asked.filters[key] for key in ("customer_id", "reconciliation")}
    is_narrow = bool(narrower) or (least, most, query) != (None, None, None)
    return PAYMENTS.page(call, asked, {**filters, "under_way": True}, keep if is_narrow else None)


MATCHES = ("UNIQUE", "PARTIAL", "NO_MATCH")
"""What has arrived for a payment: the deposit that reconciles it, others alone, or nothing."""


def _match_of(call: Call, payment: Document) -> str:
    if payment["deposit"] is not None:
        return "UNIQUE"
    arrived = deposits.of_payment(call, payment["id"])
    return "PARTIAL" if any(d["status"] != deposits.EXPECTED for d in arrived) else "NO_MATCH"


NARROWER: Mapping[str, Callable[[Call, Document, Any], bool]] = {
    "payment_status": lambda _, payment, wanted: payment["status"] == wanted,
    "deposit_match_type": lambda call, payment, wanted: _match_of(call, payment) == wanted,
    "banks": lambda call, payment, wanted: sources.bank_of(call, payment) in wanted,
    "source_id": lambda _, payment, wanted: (
        wanted
        in (payment["payment_source_id"], deposits.source_of(payment["payment_destination_id"]))
    ),
}
"""Filters of the search that look at one payment, each with what it asks of it."""

_SEARCHED = (
    "id",
    "customer_id",
    "payment_intent_id",
    "bank_transaction_reference",
    "description",
    "reason",
)


def says(payment: Document, query: str) -> bool:
    """Whether one of a payment's texts has that in it, in whatever case."""
    names = (payment["sender"]["name"], payment["recipient"]["name"])
    texts = (*(payment[key] for key in _SEARCHED), *names)
    return any(query.casefold() in text.casefold() for text in texts if text is not None)


def list_deposits(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of the deposits that have arrived, newest first, and how many there are.

    Filters: deposit_source_id, status.
    """
    filters = asked.filters
    with call:
        if not call.any_scenario_on:
            return DEPOSITS.page(call, asked, filters if any(filters.values()) else _ARRIVED)
        chosen = [
            deposit
            for deposit in _deposits_seen(call)
            if asked.covers(deposit["created_at"])
            and all(value in (None, deposit[key]) for key, value in filters.items())
        ]
        return asked.page(chosen)


_ARRIVED = {"arrived": True}


def _deposits_seen(call: Call) -> list[Document]:
    """All deposits, newest first, with the status that the payments as they are seen imply."""
    seen = [payments.seen(call, payment) for payment in PAYMENTS.collection(call).select()]
    matched = {p["deposit"]["id"]: p["deposit"] for p in seen if p["deposit"] is not None}

    stored = DEPOSITS.collection(call)

    def each() -> Iterator[Document]:
        for deposit in stored.select("arrived", True):
            status = deposits.RECONCILED if deposit["id"] in matched else deposits.NOT_RECONCILED
            yield {**deposit, "status": status}
        for deposit_id, deposit in matched.items():
            if stored.get(deposit_id) is None:
                yield deposit  # it is there for a scenario alone

    return sorted(each(), key=lambda deposit: deposit["created_at"], reverse=True)


# What becomes of it ---------------------------------------------------------------------------


def settle_deposit(
    call: Call, payment: Document, at: Instant, arrived: Document | None = None
) -> Document:
    """Let a payment's deposit follow its reconciliation, which may be a new one.

    Args:
        call: the world.
        payment: with its new reconciliation, and the deposit that matched it before, if any.
        at: the moment of the change, and of a deposit that is made for it.
        arrived: the deposit that brings the change about, if one does.

    Returns:
        The payment with the deposit that matches it now.
    """
    before = payment["deposit"]
    if payment["reconciliation"] != "RECONCILED":
        if before is not None:
            DEPOSITS.put(call, {**before, "status": deposits.NOT_RECONCILED})
        return {**payment, "deposit": None}
    deposit = arrived or before or deposits.match(call, payment, at)
    deposit = {
        **deposit,
        "amount": payment["amount"],
        "currency": payment["currency"],
        "status": deposits.RECONCILED,
    }
    return {**payment, "deposit": DEPOSITS.put(call, deposit)}


def tell(call: Call, payment: Document, before: str | None) -> None:
    """Tell the merchant that a payment's reconciliation has changed, if it has.

    That it begins as OUTSTANDING is not told: so does every payment.
    """
    state = payment["reconciliation"]
    if state not in (None, before) and (before, state) != (None, "OUTSTANDING"):
        deposit = payment["deposit"]
        tell_reconciliation(call, payment, None if deposit is None else deposit["id"])


def proceed(call: Call, payment: Document) -> None:
    """Let a payment's next step come, now that its reconciliation has been decided."""
    lifecycle.proceed(call, LIFECYCLE, payment["id"], payment)


def _change(call: Call, payment: Document, state: str, at: Instant) -> Document:
    payment = {**payment, "deposit_after": None}
    if state == "RECONCILED":
        amount = _arriving(call, payment)
        if amount != payment["amount"]:
            status = deposits.NOT_RECONCILED
            DEPOSITS.put(call, deposits.make(call, payment, amount, at, status))
            return payment
    changed = payments.with_state(payment, {"reconciliation": state}, at)
    changed = settle_deposit(call, changed, at)
    tell(call, changed, payment["reconciliation"])
    return changed


def _arriving(call: Call, payment: Document) -> int:
    """The amount that arrives, in minor units: the payment's, unless a scenario says another."""
    of = ("lean", "payment", payment["id"])
    amount = call.overlay(payments.TARGET, payment, of).get("deposit_amount")
    if amount is None:
        return int(payment["amount"])
    call.acted(payments.TARGET, payment, "deposit_amount", of)
    return money.to_minor(amount, DECIMALS[payment["currency"]])


_NOTHING = "NOTHING_UNDER_WAY"
"""The state of payments that have no reconciliation."""

LIFECYCLE = Lifecycle(
    provider="lean",
    kind="reconciliation",
    collection=PAYMENTS.name,
    next={
        state: ("RECONCILED", lambda _, payment: payment["deposit_after"])
        for state in ("OUTSTANDING", "UNRECEIVED")
    },
    may_become={
        _NOTHING: (),
        "OUTSTANDING": ("RECONCILED", "UNRECEIVED"),
        "UNRECEIVED": ("RECONCILED",),
        "RECONCILED": (),
    },
    where=PAYMENT_WHERE,
    state=lambda payment: payment["reconciliation"] or _NOTHING,
    change=_change,
)
