"""What was paid and refunded of each payment, and how that agrees with a merchant's own books."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypedDict

from .ledger import Row

__tracebackhide__ = True  # pytest then shows the test instead

FIGURES = ("paid", "refunded", "pending", "failed")
_OF_A_REFUND = {"settled": "refunded", "open": "pending", "failed": "failed"}


class Account(TypedDict):
    """A payment, and what became of it; amounts are in minor units.

    `references` are what else the payment is called; `decimals` is how many of a major unit's
    digits are minor. `paid` is 0 until the money has come; `refunded` has gone back, `pending` is
    on its way, and `failed` never went. `is_called` says whether a call of the provider's API has
    made any of its refunds.
    """

    provider: str
    references: list[str]
    currency: str
    decimals: int
    paid: int
    refunded: int
    pending: int
    failed: int
    is_called: bool


def accounts(payments: Sequence[Row], refunds: Iterable[Row]) -> dict[str, Account]:
    """An account for each payment, by its id, the oldest first; rows come the newest first."""
    found: dict[str, Account] = {}
    for payment in reversed(payments):
        found[payment["id"]] = {
            "provider": payment["provider"],
            "references": payment["references"],
            "currency": payment["currency"],
            "decimals": payment["decimals"],
            "paid": payment["amount"] if payment["outcome"] == "settled" else 0,
            "refunded": 0,
            "pending": 0,
            "failed": 0,
            "is_called": False,
        }
    for refund in refunds:
        account = found[refund["payment"]]
        account[_OF_A_REFUND[refund["outcome"]]] += refund["amount"]  # type: ignore[literal-required]
        account["is_called"] |= refund["by"] is not None
    return found


def differences(
    theirs: Mapping[str, Account], mine: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    """Where a merchant's books say something else than the provider's, in words.

    Args:
        theirs: by payment.
        mine: likewise, by the payment's id or one of its references; of each those figures that
            the merchant keeps.

    Raises:
        ValueError: a figure is unknown, or no number of minor units; or a payment stands twice.
    """
    if not isinstance(mine, Mapping):
        raise ValueError('give figures by payment, as in {"order-1": {"refunded": 2000}}')
    ids = {name: id for id, account in theirs.items() for name in account["references"]}
    ids |= {id: id for id in theirs}
    named: dict[str, str] = {}
    for name, figures in mine.items():
        _require_sense(name, figures)
        id = ids.get(str(name))
        if id is None:
            if any(figures.values()):
                yield f"{name}: the provider knows no such payment"
            continue
        if id in named:
            raise ValueError(f"{named[id]} and {name} are the same payment, {id}")
        named[id] = name
        account = theirs[id]
        for figure in FIGURES:
            had: int = account[figure]  # type: ignore[literal-required]
            if figures.get(figure, had) != had:
                said = f"{figure}: yours says {figures[figure]}, the provider's {had}"
                yield f"{name} ({account['provider']}, {account['currency']}): {said}"
    for id, account in theirs.items():
        if id not in named and account["is_called"] and account["refunded"] + account["pending"]:
            known = ", ".join([id, *account["references"]])
            moved = _told({name: account[name] for name in ("refunded", "pending")})
            said = f"yours does not have this payment, the provider's says {moved}"
            yield f"{known} ({account['provider']}, {account['currency']}): {said}"


def _told(figures: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {amount}" for name, amount in figures.items() if amount)


def _require_sense(name: str, figures: Mapping[str, int]) -> None:
    if not isinstance(figures, Mapping):
        raise ValueError(f'{name}: give figures by their names, as in {{"refunded": 2000}}')
    if unknown := sorted(map(str, figures.keys() - set(FIGURES))):
        raise ValueError(f"{name}: unknown: {', '.join(unknown)}; valid: {', '.join(FIGURES)}")
    for figure, amount in figures.items():
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise ValueError(f"{name}: {figure} is {amount!r}, not a whole number of minor units")
