"""The pages of refunds: the list, and a refund, which its approver lets go or rejects."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.ledger_pages import comes_next, entered, filters, paged, told_of
from sandbox.http.marks import status, when
from sandbox.lean import payouts, refunds, schemas
from sandbox.lean.dashboard.showing import KINDS, amount, helpers, look_up, name_of
from sandbox.lean.errors import LeanError
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.payouts import PAYOUTS
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.schemas import common


def show(visit: Visit) -> Shown | Moved:
    """The list, or a refund."""
    match list(visit.path):
        case []:
            return _list(visit)
        case [refund_id]:
            return _refund(visit, refund_id)
    raise NotThere


def _list(visit: Visit) -> Shown:
    given = filters(visit, "status", "search")
    stored = "APPROVED" if given["status"] == "CONFIRMED" else given["status"] or None
    search = given["search"].casefold()
    values = paged(
        visit,
        given,
        lambda asked: REFUNDS.page(
            visit.call,
            asked,
            {"status": stored},
            (lambda refund: _says(refund, search)) if search else None,
        ),
    )
    values |= {
        "rows": [_row(visit, refund) for refund in values["rows"]],
        "statuses": schemas.refunds.WORDS,
        "new": visit.request.args.get("new"),
    }
    return Shown("lean/refunds.html", {**helpers(visit), **values})


def _row(visit: Visit, refund: Document) -> tuple[str, ...]:
    """What the list shows of a refund."""
    return (
        refund["refund_id"],
        refund["beneficiary"]["name"],
        refund["external_reference"],
        amount(refund["amount"], refund),
        status(refunds.status_word(refund), KINDS[refund["status"]]),
        name_of(visit, refund["created_by"]),
        when(refund["created_at"]),
    )


_SEARCHED = ("refund_id", "payment_id", "external_reference", "refund_intent_id")


def _says(refund: Document, search: str) -> bool:
    texts = (*(refund[key] for key in _SEARCHED), refund["beneficiary"]["name"])
    return any(search in text.casefold() for text in texts if text is not None)


def _refund(visit: Visit, refund_id: str) -> Shown | Moved:
    call = visit.call
    error: LeanError | None = None
    if visit.is_post:
        decision = visit.request.form.get("status")
        try:
            raw = [{"refund_id": refund_id, "status": decision}]
            decisions = common.load(schemas.refunds.ACTION, raw)
            refunds.action(call, decisions, actor=visit.user.id)
        except LeanError as refusal:
            error = refusal
        else:
            return Moved(visit.here(refund_id), visit.text(_DONE[decision != "REJECTED"]))
    with call:
        refund = look_up(visit, REFUNDS, refund_id)
        payout = PAYOUTS.collection(call).get(payouts.payment_of(refunds.intent_of(refund_id)))
        of_refund = ("lean", "refund", refund["refund_id"])
        of_payout = ("lean", "payout", "" if payout is None else payout["id"])
        values = {
            "refund": refund,
            "payment": PAYMENTS.find(call, refund["payment_id"]),
            "payout": payout,
            "word": refunds.status_word(refund),
            "steps": list(_steps(refund, payout, entered(visit, of_refund))),
            "next": comes_next(visit, of_refund) or comes_next(visit, of_payout),
            "meanings": MEANINGS,
            "deliveries": told_of(visit, of_refund, of_payout),
            "four_eyes": refunds.lacks_eyes(call, refund, visit.user.id),
            "problem": error and error.message,
        }
    return Shown("lean/refund.html", {**helpers(visit), **values}, error.http if error else 200)


_DONE = ("The refund is rejected.", "The refund is approved, and queued for the bank.")


class Step(NamedTuple):
    """A state that a refund has entered; `at` is None where the moment is not known."""

    state: str
    at: Instant | None
    kind: str
    meaning: str


MEANINGS = {
    "CREATED": "Waits for an approver.",
    "APPROVED": "Approved, and queued for the bank.",
    "CONFIRMED": "Approved, and queued for the bank.",
    "REJECTED": "Rejected by the approver: nothing is paid.",
    "PENDING_WITH_BANK": "The bank has the order, and works on it.",
    "ACCEPTED_BY_BANK": "The bank has accepted the order: the money leaves your account.",
    "FAILED": "It failed: the money stays with you, and can be refunded again.",
    "PAYOUT_PROCESSED": "The payout is done: the money has reached the payer.",
    "PAYOUT_REJECTED": "The payer's bank has sent the money back.",
}
"""What each state means for whoever asked for the refund; the last two are of its payout alone."""


def _steps(
    refund: Document, payout: Document | None, moments: Mapping[str, Instant]
) -> Iterator[Step]:
    """The states that a refund has entered, and its payout after it, in their order."""
    yield _step("CREATED", refund["created_at"])
    if refund["status"] == "REJECTED":
        yield _step("REJECTED", moments.get("REJECTED"))
    for state, at in payout["history"].items() if payout is not None else ():
        if state == payouts.AWAITING:
            yield _step(refund["approved_as"] or "APPROVED", at)
        else:
            meant = f"PAYOUT_{state}" if state in payouts.AFTERWARDS else state
            yield _step(state, at, meant)


def _step(state: str, at: Instant | None, meant: str = "") -> Step:
    return Step(state, at, KINDS.get(state, "open"), MEANINGS[meant or state])
