"""Where payouts go: accounts of others. A destination of payments is not one of payouts.

A destination's document: destination_id, add_beneficiary_task_id, bank_identifier, iban,
account_number, name, display_name, swift_code, address, city, country, status, created_at.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import Instant
from sandbox.lean.accounts import require_account
from sandbox.lean.application import require_products
from sandbox.lean.errors import unknown

COLLECTION = CollectionSpec(
    "lean.payout_destinations", created=lambda destination: int(destination["created_at"])
)
STATUS = "ACTIVE"


def create(call: Call, items: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Add a batch of destinations, or none of it.

    Args:
        call: the world and the moment.
        items: loaded by `schemas.CreateDestination`.

    Raises:
        LeanError: payouts are off, or a name or an account is none.
    """
    with call:
        require_products(call, ["payouts"])
        for n, item in enumerate(items):
            require_account(item, f"[{n}]->")
        return [
            _put(call, make(call.ids.uuid("lean.payout_destination"), item, call.now))
            for item in items
        ]


def make(destination_id: str, values: Mapping[str, Any], now: Instant) -> Document:
    """A destination, not yet stored.

    Args:
        destination_id: its id.
        values: name; iban, account_number, display_name, bank_identifier, swift_code, address,
            city, country, if given.
        now: when it is made.
    """
    iban = values.get("iban")
    number = iban[7:].lstrip("0") if iban and iban.startswith("AE") else None
    return {
        "destination_id": destination_id,
        "add_beneficiary_task_id": uuid_of(f"{destination_id}/task"),
        "bank_identifier": values.get("bank_identifier"),
        "iban": iban,
        "account_number": values.get("account_number") or number,
        "name": values["name"],
        "display_name": values.get("display_name") or values["name"],
        "swift_code": values.get("swift_code"),
        "address": values.get("address"),
        "city": values.get("city"),
        "country": values.get("country"),
        "status": STATUS,
        "created_at": now,
    }


def of_payer(
    call: Call, beneficiary: Mapping[str, str], account_number: str, now: Instant
) -> Document:
    """Where the refunds of a payer go: one destination for each account, name and city.

    Args:
        call: the world; its caller holds the lock.
        beneficiary: a refund's: name, iban, account_id, city.
        account_number: the payer's.
        now: when the refund is approved.
    """
    destination_id = uuid_of("/".join((*beneficiary.values(), "destination")))
    known: Document | None = call.collection(COLLECTION.name).get(destination_id)
    if known is not None:
        return known
    values = {**beneficiary, "account_number": account_number, "country": "ARE"}
    return _put(call, make(destination_id, values, now))


def _put(call: Call, destination: Document) -> Document:
    call.collection(COLLECTION.name).put(destination["destination_id"], destination)
    return destination


def find(call: Call, destination_id: str) -> Document:
    """A destination.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_DESTINATION.
    """
    destination: Document | None = call.collection(COLLECTION.name).get(destination_id)
    if destination is None:
        raise unknown("payment destination", destination_id)
    return destination


def get(call: Call, destination_id: str) -> Document:
    """The destination of `GET /payouts/v1/payment/destinations/{destination_id}`.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_DESTINATION.
    """
    with call:
        return find(call, destination_id)
