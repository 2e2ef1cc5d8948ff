"""The pages of payments, and of the form that refunds one."""

from typing import Any

from sandbox.engine.store.collections import Document
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.ledger_pages import SIZE, filters, paged, plain, typed_amount
from sandbox.http.marks import status, when
from sandbox.lean import payments, reconciliation, refunds, schemas
from sandbox.lean.dashboard.showing import KINDS, amount, helpers, look_up
from sandbox.lean.errors import LeanError
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.schemas import common
from sandbox.lean.wire import DECIMALS

FIELDS = ("amount", "reason_code", "external_reference")
"""Of the form, as the API calls them."""


def show(visit: Visit) -> Shown | Moved:
    """The list, a payment, or the form that refunds it."""
    match list(visit.path):
        case []:
            return _list(visit)
        case [payment_id]:
            return _details(visit, payment_id)
        case [payment_id, "refund"]:
            return _refund(visit, payment_id)
    raise NotThere


def _list(visit: Visit) -> Shown:
    given = filters(visit, "status", "reconciliation", "search")
    wanted = {key: given[key] or None for key in ("status", "reconciliation")}
    search = given["search"]
    call = visit.call
    with call:
        values = paged(
            visit,
            given,
            lambda asked: PAYMENTS.page(
                call,
                asked,
                wanted,
                (lambda payment: reconciliation.says(payment, search)) if search else None,
            ),
        )
        values["rows"] = [_row(visit, payment) for payment in values["rows"]]
    values["statuses"] = payments.STATUSES
    values["reconciliations"] = payments.RECONCILIATIONS
    return Shown("lean/payments.html", {**helpers(visit), **values})


def _row(visit: Visit, payment: Document) -> tuple[str, ...]:
    """What the list shows of a payment."""
    refunded, _, why_not = _refunded(visit, payment)
    state, reconciled = payment["status"], payment["reconciliation"]
    return (
        payment["id"],
        payment["sender"]["name"],
        amount(payment["amount"], payment),
        visit.text("{amount} refunded", amount=amount(refunded, payment)) if refunded else "",
        status(state, KINDS[state]),
        status(reconciled, KINDS[reconciled]) if reconciled else "",
        when(payment["created_at"]),
        why_not,
    )


def _refunded(visit: Visit, payment: Document) -> tuple[int, int, str]:
    """What was refunded of a payment, what is left, and in few words why it can't be refunded."""
    left = max(0, refunds.left_of(visit.call, payment))
    refunded = REFUNDS.collection(visit.call).total("refunded", payment["id"])
    why_not = ""
    if payment["status"] == "FAILED":
        why_not = visit.text("Not paid")
    elif not refunds.is_reconciled(payment):
        why_not = visit.text("Not reconciled")
    elif not left:
        why_not = visit.text("Nothing left")
    return refunded, left, why_not


def _details(visit: Visit, payment_id: str) -> Shown:
    call = visit.call
    with call:
        payment = look_up(visit, PAYMENTS, payment_id)
        refunded, left, why_not = _refunded(visit, payment)
        its_refunds = REFUNDS.collection(call).select("payment_id", payment["id"])
        values = {
            "payment": payment,
            "refunded": refunded,
            "left": left,
            "why_not": why_not,
            "refunds": its_refunds.page(0, SIZE),
            "count": len(its_refunds),
            "status_word": refunds.status_word,
        }
    return Shown("lean/payment.html", {**helpers(visit), **values})


# Refunding ------------------------------------------------------------------------------------


def _refund(visit: Visit, payment_id: str) -> Shown | Moved:
    """The form, with what is wrong in it; once it has made a refund, the list of refunds."""
    call = visit.call
    error: LeanError | None = None
    typed: dict[str, Any] = {}
    if visit.is_post:
        typed = {key: visit.request.form.get(key, "") for key in FIELDS}
        try:
            made = _create(visit, payment_id, typed)
        except LeanError as refusal:
            error = refusal
        else:
            said = visit.text("The refund is created, and waits for an approver.")
            return Moved(visit.link("lean", "refunds", new=made["refund_id"]), said)
    with call:
        payment = look_up(visit, PAYMENTS, payment_id)
        _, left, why_not = _refunded(visit, payment)
    if not visit.is_post:
        typed = {"amount": plain(left, DECIMALS[payment["currency"]])}
    beside = error is not None and error.field in FIELDS
    values = {
        "payment": payment,
        "left": left,
        "why_not": why_not,
        "typed": typed,
        "wrong": {error.field: error.message} if error and beside else {},
        "problem": error.message if error and not beside else None,
    }
    return Shown(
        "lean/confirm_refund.html", {**helpers(visit), **values}, error.http if error else 200
    )


def _create(visit: Visit, payment_id: str, typed: dict[str, str]) -> Document:
    """What `POST /payouts/refunds` does, by the user who acts."""
    item = {
        "payment_id": payment_id,
        "amount": typed_amount(typed["amount"]),
        "reason_code": typed["reason_code"] or None,
        "external_reference": typed["external_reference"].strip() or None,
    }
    items = common.load(schemas.refunds.CREATE, [item])
    made, *_ = refunds.create(visit.call, items, None, None, actor=visit.user.id)
    return made
