"""The pages of transactions, and of the form that refunds one."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import SECOND, Instant
from sandbox.http.current import server_settings
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.ledger_pages import SIZE, filters, paged, plain, told_of, typed_amount
from sandbox.http.marks import status, when
from sandbox.lahza import auth, cards, documents, refunds, schemas
from sandbox.lahza.dashboard.showing import HELPERS, KINDS, amount, domain, look_up
from sandbox.lahza.errors import LahzaError
from sandbox.lahza.refunds import REFUNDS
from sandbox.lahza.schemas import common
from sandbox.lahza.transactions import TRANSACTIONS

FIELDS = ("amount", "customer_note", "merchant_note")
"""Of the form, as the API calls them."""


def show(visit: Visit) -> Shown | Moved:
    """The list, a transaction, or the form that refunds it."""
    match list(visit.path):
        case []:
            return _list(visit)
        case [number]:
            return _details(visit, number)
        case [number, "refund"]:
            return _refund(visit, number)
    raise NotThere


def _list(visit: Visit) -> Shown:
    given = filters(visit, "domain", "status", "search")
    wanted, search, call = given["status"], given["search"].casefold(), visit.call

    def keep(transaction: Document) -> bool:
        return wanted in ("", transaction["status"]) and _says(transaction, search)

    is_narrow = bool(wanted or search)
    with call:
        values = paged(
            visit,
            given,
            lambda asked: TRANSACTIONS.page(
                call, asked, {"domain": given["domain"] or None}, keep if is_narrow else None
            ),
        )
        values["rows"] = [_row(visit, transaction) for transaction in values["rows"]]
    values["statuses"] = documents.STATUSES
    return Shown("lahza/transactions.html", {**HELPERS, **values})


def _row(visit: Visit, transaction: Document) -> tuple[str, ...]:
    """What the list shows of a transaction."""
    refunded, _, why_not = _refunded(visit, transaction)
    return (
        str(transaction["id"]),
        transaction["reference"],
        transaction["customer"]["email"],
        domain(transaction),
        amount(transaction["amount"], transaction),
        visit.text("{amount} refunded", amount=amount(refunded, transaction)) if refunded else "",
        status(transaction["status"], KINDS[transaction["status"]]),
        when(transaction["created_at"]),
        why_not,
    )


def _says(transaction: Document, search: str) -> bool:
    customer = transaction["customer"]
    texts = (str(transaction["id"]), transaction["reference"], customer["email"])
    return any(search in text.casefold() for text in (*texts, customer["customer_code"]))


def _refunded(visit: Visit, transaction: Document) -> tuple[int, int, str]:
    """What was refunded, what is left, and in few words why it can't be refunded."""
    refunded = REFUNDS.collection(visit.call).total("refunded", transaction["id"])
    try:
        left = refunds.left_of(visit.call, transaction)
    except LahzaError:
        paid = transaction["status"] in documents.PAID
        return refunded, 0, visit.text("Nothing left") if paid else visit.text("Not paid")
    return refunded, left, "" if left else visit.text("Nothing left")


class Step(NamedTuple):
    """Something that became of a charge, at a moment; `said` is what the card's bank said."""

    at: Instant
    what: str
    said: str = ""
    kind: str = "open"


def _steps(transaction: Document) -> Iterator[Step]:
    """How a payer went about it, in order."""
    yield Step(transaction["created_at"], "The transaction is made.")
    for attempt in transaction["attempts"]:
        since = transaction["created_at"]
        yield Step(since + attempt["at"] * SECOND, "The payer tries to pay by card.")
        paid = attempt["response"] == cards.SUCCESSFUL
        outcome = "The card is charged." if paid else "The card is refused."
        kind = "settled" if paid else "failed"
        yield Step(since + attempt["until"] * SECOND, outcome, attempt["response"], kind)


def _details(visit: Visit, number: str) -> Shown:
    call = visit.call
    with call:
        transaction = look_up(visit, TRANSACTIONS, number)
        refunded, left, why_not = _refunded(visit, transaction)
        its_refunds = REFUNDS.collection(call).select("transaction", transaction["id"])
        values = {
            "transaction": transaction,
            "refunded": refunded,
            "left": left,
            "why_not": why_not,
            "steps": list(_steps(transaction)),
            "refunds": its_refunds.page(0, SIZE),
            "count": len(its_refunds),
            "deliveries": told_of(visit, ("lahza", "transaction", number)),
        }
    return Shown("lahza/transaction.html", {**HELPERS, **values})


# Refunding ------------------------------------------------------------------------------------


def _refund(visit: Visit, number: str) -> Shown | Moved:
    """The form, with what is wrong in it; once it has made a refund, the list of refunds."""
    error: LahzaError | None = None
    typed: dict[str, Any] = {}
    with visit.call:
        transaction = look_up(visit, TRANSACTIONS, number)
    if visit.is_post:
        typed = {key: visit.request.form.get(key, "") for key in FIELDS}
        try:
            made = _create(visit, transaction, typed)
        except LahzaError as refusal:
            error = refusal
        else:
            said = visit.text("The refund is queued for processing.")
            return Moved(visit.link("lahza", "refunds", new=made["id"]), said)
    with visit.call:
        _, left, why_not = _refunded(visit, transaction)
    if not visit.is_post:
        typed = {"amount": plain(left)}
    beside = error is not None and error.field in FIELDS
    values = {
        "transaction": transaction,
        "left": left,
        "why_not": why_not,
        "typed": typed,
        "wrong": {error.field: error.message} if error and beside else {},
        "problem": error.message if error and not beside else None,
    }
    return Shown("lahza/confirm_refund.html", {**HELPERS, **values}, error.http if error else 200)


def _create(visit: Visit, transaction: Document, typed: dict[str, str]) -> Document:
    """What `POST /refund` does with the key of the transaction's domain."""
    asked = typed_amount(typed["amount"])
    body = {
        "transaction": str(transaction["id"]),
        # an amount that is left empty is refused here, not the whole one
        "amount": asked or "" if isinstance(asked, str | None) else asked.scaleb(2),
        "currency": transaction["currency"],
        **{key: typed[key].strip() or None for key in ("customer_note", "merchant_note")},
    }
    values = common.load(schemas.refunds.CREATE, body)
    key = auth.key_of(server_settings(), transaction["domain"])
    refund, _ = refunds.create(visit.call, transaction["domain"], values, key)
    return refund
