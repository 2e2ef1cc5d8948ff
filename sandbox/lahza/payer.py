"""What happens outside Lahza's API: payers pay, and transactions turn out otherwise."""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import Instant
from sandbox.lahza import cards, documents, transactions
from sandbox.lahza.refunds import REFUNDS
from sandbox.lahza.transactions import TRANSACTIONS


def pay(call: Call, values: Mapping[str, Any]) -> Document:
    """Stand in for the payer: a transaction is made now.

    Args:
        call: the world and the moment.
        values: any of amount (minor units), currency, status, reference, domain, email, key.

    Raises:
        Conflict: the reference is taken.
    """
    with call:
        number = transactions.new_number(call, TRANSACTIONS, transactions.FIRST_ID)
        transaction = documents.make(number, values, call.now)
        _require_free(call, transaction)
        transaction = TRANSACTIONS.put(call, transaction)
        TRANSACTIONS.note(call, None, transaction)
        if transaction["status"] == "success":
            transactions.tell_paid(call, transaction)
        return transaction


def change(call: Call, transaction_id: str, values: Mapping[str, Any]) -> Document:
    """Change a transaction below whatever scenarios lay over it.

    Raises:
        LahzaError: 404.
        Conflict: refunds stand against its amount or currency, or the reference is taken.
    """
    with call:
        transaction = TRANSACTIONS.stored(call, transaction_id)
        number, of_it = transaction["id"], REFUNDS.collection(call)
        refunded = of_it.total("refunded", number)
        if of_it.newest("transaction", number) is not None and any(
            values.get(key, transaction[key]) != transaction[key] for key in ("currency", "domain")
        ):
            raise Conflict("the transaction has refunds in its currency and domain")
        if values.get("amount", refunded) < refunded:
            raise Conflict("more than that amount has been refunded")
        changed = _with_values(transaction, values, call.now)
        if "status" not in values:
            changed = _following_refunds(call, transaction, changed)
        _require_free(call, changed)
        changed = TRANSACTIONS.put(call, changed)
        TRANSACTIONS.note(call, transaction, changed)
        if values.get("status") == "success" != transaction["status"]:
            transactions.tell_paid(call, changed)
        return changed


def _with_values(transaction: Document, values: Mapping[str, Any], now: Instant) -> Document:
    """As the admin API changes it: made `success`, it is paid now."""
    customer = transaction["customer"]
    changes = {name: value for name, value in values.items() if name not in ("email", "status")}
    changed = {**transaction, **changes}
    email = values.get("email", customer["email"])
    changed["customer"] = documents.customer_of(
        changed["domain"], email, customer["first_name"], customer["last_name"], customer["phone"]
    )
    changed["fees"] = documents.fees_of(changed["amount"])
    if changed["domain"] != transaction["domain"]:
        changed["key"] = None
    status = values.get("status", transaction["status"])
    if status == "success" and transaction["paid_at"] is None:
        return documents.attempted(changed, cards.SUCCESSFUL, cards.made_up(changed["id"]), now)
    return documents.with_values(changed, {"status": status})


def _following_refunds(call: Call, before: Document, changed: Document) -> Document:
    """With a new amount: `reversed` if the whole of it has been given back, if not, `success`.

    It stays `reversed` where that has been said, and not come of refunds.
    """
    processed = REFUNDS.collection(call).total("processed", before["id"])
    was, is_whole = (0 < each["amount"] <= processed for each in (before, changed))
    if was == is_whole or changed["status"] not in documents.PAID:
        return changed
    return documents.with_values(changed, {"status": "reversed" if is_whole else "success"})


def _require_free(call: Call, transaction: Document) -> None:
    """No other transaction of its domain has a transaction's reference."""
    known = transactions.by_reference(call, transaction["domain"], transaction["reference"])
    if known is not None and known["id"] != transaction["id"]:
        raise Conflict(f"the reference {transaction['reference']} is taken")
