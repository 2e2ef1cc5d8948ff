"""Made-up transactions and refunds, for lists and load: the n-th of a seed depends on no other."""

from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from sandbox.engine import lifecycle
from sandbox.engine.provider.rules import Call, Seeder
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import phrases, random_of
from sandbox.engine.values.instants import DAY, SECOND, Instant
from sandbox.lahza import documents, refunds
from sandbox.lahza.refunds import REFUNDS
from sandbox.lahza.settings import ProviderSettings, settings_of
from sandbox.lahza.transactions import TRANSACTIONS

_DAYS = 30
_EACH = 4
"""The refunds of a transaction: those of the n-th are the n-th to the n+3rd, n a multiple of 4."""
_TRANSACTIONS, _FIRST_TRANSACTION, _STRIDE = 8_000_000_000, 2_000_000_000, 5_077_931_273
_REFUNDS, _FIRST_REFUND, _REFUND_STRIDE = 900_000_000, 100_000_000, 571_428_571
"""How many ids there are, the first of them, and how far it is from the n-th to the next. That
has no factor in common with how many there are, so no id comes twice in a seed."""
_CURRENCIES = ("ILS",) * 14 + ("JOD",) * 3 + ("USD",) * 3
_STATUSES = ("success",) * 17 + ("failed",) * 2 + ("abandoned",)
_REFUND_STATUSES = ("processed", "pending", "processing", "failed", *("processed",) * 15, "failed")


class _Made(NamedTuple):
    """A refund and its transaction, neither of them stored."""

    refund: Document
    transaction: Document


@lru_cache(maxsize=64)
def _begin(text: str, count: int) -> int:
    return random_of(text).randrange(count)


def _transaction(seed: str, n: int, now: Instant) -> Document:
    """The n-th of a seed; the one in four that may have refunds has been paid, days ago."""
    draws = random_of(f"{seed}/transaction/{n}")
    begin = _begin(f"{seed}/transactions", _TRANSACTIONS)
    number = _FIRST_TRANSACTION + (begin + n * _STRIDE) % _TRANSACTIONS
    may_be_refunded = n % _EACH == 0
    values = {
        "amount": draws.randrange(10_00, 5_000_01),
        "currency": draws.choice(_CURRENCIES),
        "status": "success" if may_be_refunded else draws.choice(_STATUSES),
        "reference": f"T{number * 90_000 + draws.randrange(90_000)}",
    }
    least = 3 * DAY // SECOND if may_be_refunded else 1
    before = draws.randrange(least, _DAYS * DAY // SECOND + 1) * SECOND
    return documents.make(number, values, now - before)


def _make_transactions(call: Call, seed: str, numbers: Iterable[int]) -> dict[str, Document]:
    made = (_transaction(seed, n, call.now) for n in numbers)
    return {str(each["id"]): each for each in sorted(made, key=itemgetter("created_at"))}


def _make_refunds(call: Call, seed: str, numbers: Iterable[int]) -> dict[str, _Made]:
    settings, now = settings_of(call), call.now
    made: list[_Made] = []
    begin = _begin(f"{seed}/refunds", _REFUNDS)
    of, transaction = -1, None
    for n in numbers:
        if transaction is None or of != n - n % _EACH:
            of = n - n % _EACH
            transaction = _transaction(seed, of, now)
        number = _FIRST_REFUND + (begin + n * _REFUND_STRIDE) % _REFUNDS
        made.append(_Made(_refund(seed, n, number, transaction, settings, now), transaction))
    made.sort(key=lambda each: each.refund["created_at"])
    return {str(each.refund["id"]): each for each in made}


def _refund(
    seed: str, n: int, number: int, transaction: Document, settings: ProviderSettings, now: Instant
) -> Document:
    """In a status that fits its age: it was created after it was paid, and changed before now."""
    draws = random_of(f"{seed}/refund/{n}")
    status = _REFUND_STATUSES[n % len(_REFUND_STATUSES)]
    processing_after, processed_after = settings.processing_after, settings.processed_after
    oldest = now - transaction["created_at"] - SECOND
    ages = {
        "pending": (0, processing_after),
        "processing": (processing_after, processed_after),
        "processed": (processed_after, oldest),
        "failed": (processing_after, oldest),
    }
    least, most = (min(age, oldest) for age in ages[status])
    age = least if least >= most else draws.randrange(least, most)
    spent = {"pending": 0, "processed": processed_after}.get(status, processing_after)
    share, rest = divmod(transaction["amount"], _EACH)
    whole = transaction["amount"] % 2 == 0
    amount = share + (rest if n % _EACH == 0 else 0) if whole else draws.randrange(1, share + 1)
    values = {"customer_note": draws.choice(phrases()), "merchant_note": None}
    changed_at = now - age + min(spent, age)
    return {
        **refunds.make(number, transaction, amount, values, now - age),
        "status": status,
        "updated_at": changed_at,
        "refunded_at": changed_at if status == "processed" else now - age,
        "deducted_amount": amount if status == "processed" else None,
    }


def _put_refund(call: Call, made: _Made) -> bool:
    """With its transaction, unless that is there and is no longer one to refund."""
    refund, transaction = made
    number = transaction["id"]
    stored = TRANSACTIONS.collection(call).get(str(number))
    if stored is None:
        TRANSACTIONS.put(call, transaction)
    else:
        left = stored["amount"] - REFUNDS.collection(call).total("refunded", number)
        same = all(stored[key] == transaction[key] for key in _KEPT)
        if not same or refund["amount"] > left:
            return False
    if refund["status"] == "processed":
        refunds.reverse(call, refund)
    REFUNDS.put(call, refund)
    lifecycle.proceed(call, refunds.LIFECYCLE, str(refund["id"]), refund, refund["updated_at"])
    return True


_KEPT = ("currency", "domain", "reference", "status")

SEEDERS = {
    "transactions": Seeder(TRANSACTIONS.name, _make_transactions, TRANSACTIONS.put),
    "lahza_refunds": Seeder(REFUNDS.name, _make_refunds, _put_refund, "refunds"),
}
