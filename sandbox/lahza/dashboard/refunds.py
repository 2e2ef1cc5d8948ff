"""The pages of refunds: the list, and a refund with what its states mean."""

from collections.abc import Mapping

from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.ledger_pages import comes_next, entered, filters, paged, told_of
from sandbox.http.marks import status, when
from sandbox.lahza import refunds
from sandbox.lahza.dashboard.showing import HELPERS, KINDS, amount, domain, look_up
from sandbox.lahza.refunds import REFUNDS
from sandbox.lahza.transactions import TRANSACTIONS

MEANINGS = {
    "pending": "Lahza has taken it. It goes on by itself: there is nothing for you to do.",
    "processing": "The payer's bank works on it. It can still fail.",
    "processed": "Done: the money has left your balance, and goes to the payer's card.",
    "failed": "It failed: the money is yours again. Refund once more, or pay in another way.",
}
"""What each state means for the merchant."""


def show(visit: Visit) -> Shown | Moved:
    """The list, or a refund."""
    match list(visit.path):
        case []:
            return _list(visit)
        case [number]:
            return _refund(visit, number)
    raise NotThere


def _list(visit: Visit) -> Shown:
    given = filters(visit, "domain", "status", "search")
    search = given["search"].casefold()
    wanted = {key: given[key] or None for key in ("status", "domain")}
    values = paged(
        visit,
        given,
        lambda asked: REFUNDS.page(
            visit.call,
            asked,
            wanted,
            (lambda refund: _says(refund, search)) if search else None,
        ),
    )
    values |= {
        "rows": [_row(refund) for refund in values["rows"]],
        "statuses": refunds.STATUSES,
        "new": visit.request.args.get("new"),
    }
    return Shown("lahza/refunds.html", {**HELPERS, **values})


def _row(refund: Document) -> tuple[str, ...]:
    """What the list shows of a refund."""
    return (
        str(refund["id"]),
        refund["customer"]["email"],
        domain(refund),
        refund["reference"],
        amount(refund["amount"], refund),
        status(refund["status"], KINDS[refund["status"]]),
        when(refund["created_at"]),
    )


def _says(refund: Document, search: str) -> bool:
    texts = (str(refund["id"]), str(refund["transaction"]), refund["reference"])
    return any(search in text.casefold() for text in (*texts, refund["customer"]["email"]))


def _refund(visit: Visit, number: str) -> Shown:
    with visit.call:
        refund = look_up(visit, REFUNDS, number)
        subject = ("lahza", "refund", number)
        values = {
            "refund": refund,
            "transaction": TRANSACTIONS.find(visit.call, str(refund["transaction"])),
            "entered": _entered(refund, entered(visit, subject)),
            "meanings": MEANINGS,
            "next": comes_next(visit, subject),
            "deliveries": told_of(visit, subject),
        }
    return Shown("lahza/refund.html", {**HELPERS, **values})


def _entered(refund: Document, moments: Mapping[str, Instant]) -> dict[str, Instant]:
    """When a refund entered its states, in their order, as far as one knows."""
    known = {"pending": refund["created_at"], **moments, refund["status"]: refund["updated_at"]}
    return {state: known[state] for state in refunds.STATUSES if state in known}
