"""Payment sources: the bank accounts that customers pay from.

A source's document: id, customer_id, bank_identifier, currency, account {name, iban,
account_number, account_id} (the sender of its payments), destinations (the ids of those that it
may pay to, the latest), deleted, entity_deleted_at (when its entity was), created_at.

What lets a source pay to a destination is a beneficiary: id, customer_id, payment_source_id,
payment_destination_id, end_user_id, bank_identifier, status, cool_off_expiry (None once it is
ACTIVE), created_at. Only one that had to cool off is stored; the others follow from their source.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Resource
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.store.collections import Document
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.ids import random_of, uuid_of
from sandbox.engine.values.instants import LAST, Duration, Instant
from sandbox.lean import customers, destinations, people
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import unknown
from sandbox.lean.webhooks import (
    BENEFICIARY_CREATED,
    BENEFICIARY_UPDATED,
    tell_beneficiary,
    tell_source,
)
from sandbox.lean.wire import MOST_ROWS, timestamp

SOURCES = Resource(
    "lean.sources",
    partial(unknown, "payment source"),
    indexes={"customer_id": lambda source: None if source["deleted"] else source["customer_id"]},
)
BENEFICIARIES = Resource("lean.beneficiaries")
BANK = "LEAN_OF_RETAIL_UAE"
"""The bank of a source of which no other is said."""
ACTIVE, COOLING_OFF = "ACTIVE", "AWAITING_BENEFICIARY_COOL_OFF"
BENEFICIARY = "beneficiary"
"""The kind of the timeline's events that end a cool-off; their subject is the beneficiary's id."""


class CoolingOff(Conflict):
    """A source may not yet pay to a destination."""


# What the API reads ---------------------------------------------------------------------------


def of_customer(call: Call, customer_id: str) -> list[Document]:
    """A customer's sources, whole and newest first.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER.
    """
    with call:
        CUSTOMERS.find(call, customer_id)
        found = SOURCES.collection(call).select("customer_id", customer_id)
        return [_whole(call, source) for source in found.page(0, MOST_ROWS)]


def get(call: Call, customer_id: str, source_id: str) -> Document:
    """One of a customer's sources, whole.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_SOURCE.
    """
    with call:
        return _whole(call, _find(call, customer_id, source_id))


def _whole(call: Call, source: Document) -> Document:
    """A source with its beneficiaries in it, and the status of the first of them to be ACTIVE."""
    found = [_beneficiary(call, source, each) for each in source["destinations"]]
    first = min(found, key=lambda beneficiary: beneficiary["cool_off_expiry"] or 0)
    said = {key: first[key] for key in ("status", "cool_off_expiry")}
    return {**source, "beneficiaries": found, **said}


def _beneficiary(call: Call, source: Document, destination_id: str) -> Document:
    beneficiary_id = beneficiary_of(source["id"], destination_id)
    return BENEFICIARIES.collection(call).get(beneficiary_id) or {
        "id": beneficiary_id,
        "customer_id": source["customer_id"],
        "payment_source_id": source["id"],
        "payment_destination_id": destination_id,
        "end_user_id": None,
        "bank_identifier": source["bank_identifier"],
        "status": ACTIVE,
        "cool_off_expiry": None,
    }


def delete(call: Call, customer_id: str, source_id: str) -> None:
    """Delete a source, and its entity; payments that came from it keep its id.

    Raises:
        LeanError: 404 UNKNOWN_CUSTOMER, UNKNOWN_PAYMENT_SOURCE.
    """
    with call:
        source = _find(call, customer_id, source_id)
        gone_at = call.now if source["entity_deleted_at"] is None else source["entity_deleted_at"]
        SOURCES.put(call, {**source, "deleted": True, "entity_deleted_at": gone_at})
        for destination_id in source["destinations"]:
            call.cancel(("lean", BENEFICIARY, beneficiary_of(source_id, destination_id)))


def _find(call: Call, customer_id: str, source_id: str) -> Document:
    CUSTOMERS.find(call, customer_id)
    source = SOURCES.find(call, source_id)
    if source["deleted"] or source["customer_id"] != customer_id:
        raise unknown("payment source", source_id)
    return source


# What customers do ----------------------------------------------------------------------------


def create(call: Call, values: Mapping[str, Any]) -> Document:
    """A customer connects an account to pay from, and lets it pay to a destination.

    Args:
        call: the world and the moment.
        values: customer_id (one that is unknown is made up), bank_identifier, currency,
            payment_destination_id (None: the default one), cool_off.

    Returns:
        The source, whole.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_DESTINATION.
    """
    with call:
        destination_id = values["payment_destination_id"]
        if destination_id is None:
            destination_id = destinations.default(call)["id"]
        else:
            DESTINATIONS.find(call, destination_id)
        customers.ensure(call, values["customer_id"], call.now)
        source_id = call.ids.uuid("lean.source")
        account = people.account(random_of(source_id), uuid_of(f"{source_id}/account-id"))
        source = _make(source_id, values, values["bank_identifier"], account, call.now)
        source = _let_pay(call, source, destination_id)
        beneficiary = _cool_off(call, source, destination_id, values["cool_off"])
        source = _whole(call, source)
        tell_source(call, source)
        tell_beneficiary(call, beneficiary, BENEFICIARY_CREATED)
        return source


def add_beneficiary(call: Call, source_id: str, values: Mapping[str, Any]) -> Document:
    """A customer lets a source pay to one more destination.

    Args:
        call: the world and the moment.
        source_id: the source's.
        values: payment_destination_id, cool_off.

    Returns:
        The source, whole.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_SOURCE, UNKNOWN_PAYMENT_DESTINATION.
        Conflict: it may pay there already.
    """
    with call:
        source = SOURCES.stored(call, source_id)
        if source["deleted"]:
            raise unknown("payment source", source_id)
        destination_id = values["payment_destination_id"]
        DESTINATIONS.find(call, destination_id)
        if destination_id in source["destinations"]:
            raise Conflict("the source has that destination already")
        source = _let_pay(call, source, destination_id)
        beneficiary = _cool_off(call, source, destination_id, values["cool_off"])
        tell_beneficiary(call, beneficiary, BENEFICIARY_CREATED)
        return _whole(call, source)


def _cool_off(call: Call, source: Document, destination_id: str, cool_off: Duration) -> Document:
    """A source's new beneficiary, which has to wait if it has a cool-off."""
    beneficiary = _beneficiary(call, source, destination_id)
    if not cool_off:
        return beneficiary
    ends_at = min(call.now + cool_off, LAST)
    call.schedule(Event(ends_at, "lean", BENEFICIARY, beneficiary["id"], ACTIVE))
    waiting = {"status": COOLING_OFF, "cool_off_expiry": ends_at, "created_at": call.now}
    return BENEFICIARIES.put(call, {**beneficiary, **waiting})


def happen(call: Call, event: Event) -> Happening:
    """Let a beneficiary's cool-off end."""
    before = BENEFICIARIES.stored(call, event.subject)
    active = {**before, "status": ACTIVE, "cool_off_expiry": None}
    tell_beneficiary(call, BENEFICIARIES.put(call, active), BENEFICIARY_UPDATED)
    return Happening(event.at, BENEFICIARY, "lean", event.subject, before["status"], ACTIVE)


# What payments come from ----------------------------------------------------------------------


def require_active(call: Call, payment: Document) -> None:
    """Check that a payment's source may pay to its destination, or will with this payment.

    Raises:
        CoolingOff: not yet.
    """
    beneficiary_id = beneficiary_of(payment["payment_source_id"], payment["payment_destination_id"])
    beneficiary = BENEFICIARIES.collection(call).get(beneficiary_id)
    if beneficiary is not None and beneficiary["status"] != ACTIVE:
        until = timestamp(beneficiary["cool_off_expiry"])
        raise CoolingOff(f"the customer's payment source cools off: it can pay there from {until}")


def connected(
    call: Call, customer_id: str, currency: str, bank: str | None = None
) -> Document | None:
    """The source that a customer would pay from in a currency, if there is one already.

    `bank` is the one at which it must be; None: any.
    """
    for source in SOURCES.collection(call).select("customer_id", customer_id):
        if source["currency"] == currency and bank in (None, source["bank_identifier"]):
            return source
    return None


def bank_of(call: Call, payment: Document) -> str:
    """The identifier of the bank that a payment was made from."""
    if payment["payment_source_id"] is None:
        return str(payment["bank_identifier"])
    return str(SOURCES.stored(call, payment["payment_source_id"])["bank_identifier"])


def beneficiary_of(source_id: str, destination_id: str) -> str:
    """The id of what lets a source pay to a destination."""
    return uuid_of(f"{source_id}/{destination_id}")


def connect(call: Call, payment: Document, bank: str = BANK) -> None:
    """Make a payment's source as `ensure` does, and tell of it, and of where it may pay to now."""
    known = SOURCES.collection(call).get(payment["payment_source_id"])
    ensure(call, payment, bank)
    source = SOURCES.stored(call, payment["payment_source_id"])
    if known is None:
        tell_source(call, _whole(call, source))
    destination_id = payment["payment_destination_id"]
    if known is None or destination_id not in known["destinations"]:
        tell_beneficiary(call, _beneficiary(call, source, destination_id), BENEFICIARY_CREATED)


def ensure(call: Call, payment: Document, bank: str = BANK) -> None:
    """Make a payment's source, at a bank, if it is a new one, and note where it has paid to."""
    source_id, destination_id = payment["payment_source_id"], payment["payment_destination_id"]
    source = SOURCES.collection(call).get(source_id) or _make(
        source_id, payment, bank, payment["sender"], payment["created_at"]
    )
    if destination_id not in source["destinations"]:
        _let_pay(call, source, destination_id)


def _make(
    source_id: str, of: Mapping[str, Any], bank: str, account: Document, created_at: Instant
) -> Document:
    """A source, not yet stored, of the customer and in the currency that something is of."""
    return {
        "id": source_id,
        "customer_id": of["customer_id"],
        "bank_identifier": bank,
        "currency": of["currency"],
        "account": account,
        "destinations": [],
        "deleted": False,
        "entity_deleted_at": None,
        "created_at": created_at,
    }


def _let_pay(call: Call, source: Document, destination_id: str) -> Document:
    may_pay = [*source["destinations"], destination_id][-MOST_ROWS:]
    return SOURCES.put(call, {**source, "destinations": may_pay})
