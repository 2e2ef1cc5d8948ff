"""Where payouts go: accounts of others. A destination of payments is not one of payouts.

A destination's document: destination_id, add_beneficiary_task_id, bank_identifier, iban,
account_number, name, display_name, swift_code, address, branch_address, city, country,
currency_iso_code, postal_code, customer_id (None: nobody's in particular), status, created_at.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import Instant
from sandbox.lean.accounts import number_in, require_account
from sandbox.lean.application import require_products
from sandbox.lean.errors import unknown
from sandbox.lean.payout_account import BANK, CUSTOMER, END_USER
from sandbox.lean.webhooks import BENEFICIARY_CREATED, tell_beneficiary

PAYOUT_DESTINATIONS = Resource(
    "lean.payout_destinations",
    partial(unknown, "payment destination"),
    id_key="destination_id",
)
STATUS = "ACTIVE"
_GIVEN = (
    "customer_id bank_identifier swift_code address branch_address city country "
    "currency_iso_code postal_code"
).split()


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
            require_account(call, item, f"[{n}]->")
        ids = [call.ids.uuid("lean.payout_destination") for _ in items]
        made = [make(new_id, item, call.now) for new_id, item in zip(ids, items, strict=True)]
        for destination in made:
            PAYOUT_DESTINATIONS.put(call, destination)
            tell_beneficiary(call, _beneficiary(destination), BENEFICIARY_CREATED)
        return made


def _beneficiary(destination: Document) -> Document:
    """What lets the merchant's own accounts pay to a destination."""
    return {
        "id": uuid_of(f"{destination['destination_id']}/beneficiary"),
        "customer_id": destination["customer_id"] or CUSTOMER,
        "payment_source_id": END_USER,
        "payment_destination_id": destination["destination_id"],
        "end_user_id": END_USER,
        "bank_identifier": BANK,
        "status": STATUS,
    }


def make(destination_id: str, values: Mapping[str, Any], now: Instant) -> Document:
    """A destination, not yet stored.

    Args:
        destination_id: its id.
        values: name; the others of a destination's document that may be said, if given.
        now: when it is made.
    """
    iban = values.get("iban")
    return {
        "destination_id": destination_id,
        "add_beneficiary_task_id": uuid_of(f"{destination_id}/task"),
        "iban": iban,
        "account_number": values.get("account_number") or number_in(iban),
        "name": values["name"],
        "display_name": values.get("display_name") or values["name"],
        **{key: values.get(key) for key in _GIVEN},
        "status": STATUS,
        "created_at": now,
    }


def of_payer(
    call: Call, beneficiary: Mapping[str, str], account_number: str, bank: str, now: Instant
) -> Document:
    """Where the refunds of a payer go: one destination for each account, name and city.

    Args:
        call: the world; its caller holds the lock.
        beneficiary: a refund's: name, iban, account_id, city.
        account_number: the payer's.
        bank: the payer's, its identifier.
        now: when the refund is approved.
    """
    destination_id = uuid_of("/".join((*beneficiary.values(), "destination")))
    known = PAYOUT_DESTINATIONS.collection(call).get(destination_id)
    if known is not None:
        return known
    values = {
        **beneficiary,
        "account_number": account_number,
        "country": "ARE",
        "bank_identifier": bank,
    }
    return PAYOUT_DESTINATIONS.put(call, make(destination_id, values, now))
