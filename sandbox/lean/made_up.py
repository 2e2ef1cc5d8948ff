"""Made-up payments and refunds, for lists and load: the n-th of a seed depends on no other."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import NamedTuple

from sandbox.engine import lifecycle
from sandbox.engine.provider.rules import Call, Seeder
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import phrases, random_of, uuid_of
from sandbox.engine.values.instants import DAY, SECOND, Instant
from sandbox.lean import destinations, payer, payments, payouts, refunds
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.settings import ProviderSettings, settings_of
from sandbox.lean.wire import REASONS

_DAYS = 30
_EACH = 4
"""The refunds of a payment: those of the n-th are the n-th to the n+3rd, n a multiple of 4."""
_STATUSES = ("ACCEPTED_BY_BANK",) * 9 + ("FAILED",)
_RECONCILIATIONS = ("RECONCILED",) * 17 + ("OUTSTANDING",) * 2 + ("UNRECEIVED",)
_CURRENCIES = ("AED",) * 9 + ("USD",)
_REFUND_STATUSES = (
    *("ACCEPTED_BY_BANK", "CREATED", "APPROVED", "PENDING_WITH_BANK", "REJECTED", "FAILED"),
    *("ACCEPTED_BY_BANK",) * 12,
    *("CREATED", "REJECTED"),
)


class _Made(NamedTuple):
    """A refund, its payment, and when it has entered the states of its payout; nothing stored."""

    refund: Document
    payment: Document
    history: Mapping[str, Instant]


def _payment(seed: str, n: int, now: Instant, destination: Document) -> Document:
    """The n-th of a seed; the one in four that may have refunds is reconciled, and days old."""
    draws = random_of(f"{seed}/payment/{n}")
    may_be_refunded = n % _EACH == 0
    values = {
        "amount": draws.randrange(10_00, 9_000_01),
        "currency": draws.choice(_CURRENCIES),
        "status": "ACCEPTED_BY_BANK" if may_be_refunded else draws.choice(_STATUSES),
        "reconciliation": "RECONCILED" if may_be_refunded else draws.choice(_RECONCILIATIONS),
        "reason": draws.choice(phrases()),
    }
    least = 3 * DAY // SECOND if may_be_refunded else 1
    before = draws.randrange(least, _DAYS * DAY // SECOND + 1) * SECOND
    return payments.make(uuid_of(f"{seed}/payment/{n}"), values, now - before, destination)


def _make_payments(call: Call, seed: str, numbers: Iterable[int]) -> dict[str, Document]:
    with call:
        destination = destinations.default(call)
    made = (_payment(seed, n, call.now, destination) for n in numbers)
    return {payment["id"]: payment for payment in sorted(made, key=itemgetter("created_at"))}


def _make_refunds(call: Call, seed: str, numbers: Iterable[int]) -> dict[str, _Made]:
    with call:
        destination, settings = destinations.default(call), settings_of(call)
    made: list[_Made] = []
    of, payment = -1, None
    for n in numbers:
        if payment is None or of != n - n % _EACH:
            of = n - n % _EACH
            payment = _payment(seed, of, call.now, destination)
        made.append(_refund(seed, n, payment, settings, call.now))
    made.sort(key=lambda each: each.refund["created_at"])
    return {each.refund["refund_id"]: each for each in made}


def _refund(
    seed: str, n: int, payment: Document, settings: ProviderSettings, now: Instant
) -> _Made:
    """In a status that fits its age: it was created after it was paid, and changed before now."""
    draws = random_of(f"{seed}/refund/{n}")
    status = _REFUND_STATUSES[n % len(_REFUND_STATUSES)]
    oldest = now - payment["created_at"] - SECOND
    pending, accepted = settings.pending_after, settings.accepted_after
    most, before = {
        "APPROVED": (pending, 0),
        "PENDING_WITH_BANK": (accepted, pending),
        "ACCEPTED_BY_BANK": (oldest - pending - accepted, pending + accepted),
        "FAILED": (oldest - pending - accepted, pending + accepted),
    }.get(status, (oldest, 0))
    since = now - draws.randrange(max(1, min(most, oldest)))
    created_at = max(since - before, payment["created_at"] + SECOND)
    share, rest = divmod(payment["amount"], _EACH)
    whole = payment["amount"] % 2 == 0
    amount = share + (rest if n % _EACH == 0 else 0) if whole else draws.randrange(1, share + 1)
    values = {
        "reason_code": draws.choice(tuple(REASONS)),
        "description": draws.choice(phrases()),
        "external_reference": f"order-{draws.randrange(10**6):06d}",
    }
    refund_id = uuid_of(f"{seed}/refund/{n}")
    approved = status not in ("CREATED", "REJECTED")
    refund = {
        **refunds.make(refund_id, payment, amount, values, created_at),
        "status": status,
        "approved_as": "APPROVED" if approved else None,
        "actioned_by": None if status == "CREATED" else refunds.GATEWAY,
        "refund_intent_id": refunds.intent_of(refund_id) if approved else None,
    }
    history = {payouts.AWAITING: created_at}
    if status != "APPROVED":
        history["PENDING_WITH_BANK"] = min(created_at + pending, since)
        history[status] = since
    if status == "ACCEPTED_BY_BANK" and since + settings.payout_processed_after <= now:
        history["PROCESSED"] = since + settings.payout_processed_after
    return _Made(refund, payment, history)


def _put_refund(call: Call, made: _Made) -> bool:
    """With its payment and its payout, unless the payment is there and no longer one to refund."""
    refund, payment, history = made
    payment_id = payment["id"]
    stored = PAYMENTS.collection(call).get(payment_id)
    if stored is None:
        payer.put_new(call, payment)
    else:
        left = stored["amount"] - REFUNDS.collection(call).total("refunded", payment_id)
        same = all(stored[key] == payment[key] for key in ("currency", "reconciliation"))
        if not same or refund["amount"] > left:
            return False
    since = refund["created_at"]
    if refund["refund_intent_id"] is not None:
        payout = payouts.put_carrying(call, refund, history)
        since = payout["updated_at"]
        lifecycle.proceed(call, payouts.LIFECYCLE, payout["id"], payout, since)
    REFUNDS.put(call, refund)
    lifecycle.proceed(call, refunds.LIFECYCLE, refund["refund_id"], refund, since)
    return True


SEEDERS = {
    "payments": Seeder(PAYMENTS.name, _make_payments, payer.put_new),
    "lean_refunds": Seeder(REFUNDS.name, _make_refunds, _put_refund, "refunds"),
}
