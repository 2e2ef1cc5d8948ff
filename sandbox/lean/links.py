"""Payment links: addresses at which anybody can pay an amount, up to so many times.

A link's document: id, page_id (in its address), disabled, name, max_usages, expires_at (or None),
redirect_url, customer_id, payment_details {destination_id, reference, currency, amount (minor
units), payment_purpose}, identifiers [{type, display_label, required, limit}], created_at. As it is
seen, it has a status and its current_usages, too.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Listing, Resource, by_key
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.lean import destinations, intents
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import invalid, not_allowed, unknown
from sandbox.lean.intents import INTENTS
from sandbox.lean.wire import timestamp

STATUSES = ("ACTIVE", "EXPIRED", "USED", "DISABLED")
SET = ("ACTIVE", "DISABLED")
"""The statuses that a link may be given."""
PURPOSES = ("FIS", "TCS", "MWP", "OAT", "IFS", "RNT", "LNC", "PIN", "GDS")
TYPES = ("EMAIL", "MOBILE_PHONE", "TEXT")
"""Of what a payer says of himself."""
MOST_USAGES = 1000
"""Unless given."""

LINKS = Resource("lean.payment_links", partial(unknown, "payment link"), indexes=by_key("page_id"))


def create(call: Call, values: Mapping[str, Any]) -> Document:
    """Create a link.

    Args:
        call: the world and the moment.
        values: loaded by `schemas.links.CreateLink`; the amount in major units.

    Returns:
        The link, as it is seen.

    Raises:
        LeanError: 400 for an amount, or where it would have expired already; 404
            UNKNOWN_PAYMENT_DESTINATION, UNKNOWN_CUSTOMER.
    """
    wanted = values["payment_details"]
    field = "payment_details->amount"
    amount = intents.minor_amount(call, wanted["amount"], wanted["currency"], field)
    with call:
        expires_at = values["expires_at"]
        if expires_at is not None and expires_at <= call.now:
            raise invalid("expires_at", timestamp(expires_at))
        destination_id = wanted["destination_id"]
        if destination_id is None:
            destination_id = destinations.default(call)["id"]
        else:
            DESTINATIONS.find(call, destination_id)
        if values["customer_id"] is not None:
            CUSTOMERS.find(call, values["customer_id"])
        link = {
            **values,
            "id": call.ids.uuid("lean.payment_link"),
            "page_id": call.ids.uuid("lean.payment_link_page"),
            "disabled": False,
            "max_usages": values["max_usages"] or MOST_USAGES,
            "identifiers": [
                {**each, "required": bool(each["required"])} for each in values["identifiers"] or ()
            ],
            "payment_details": {**wanted, "amount": amount, "destination_id": destination_id},
            "created_at": call.now,
        }
        call.stick(("lean", "payment_link", link["id"]))
        return _seen(call, LINKS.put(call, link))


def _seen(call: Call, link: Document) -> Document:
    """A link with what has become of it; nothing happens when it expires, or is used up."""
    usages = INTENTS.collection(call).total("successes", link["id"])
    expires_at = link["expires_at"]
    if expires_at is not None and call.now >= expires_at:
        status = "EXPIRED"
    elif usages >= link["max_usages"]:
        status = "USED"
    else:
        status = "DISABLED" if link["disabled"] else "ACTIVE"
    return {**link, "status": status, "current_usages": usages}


def get(call: Call, link_id: str) -> Document:
    """A link, as it is seen.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK.
    """
    with call:
        return _seen(call, LINKS.stored(call, link_id))


def of_page(call: Call, page_id: str) -> Document | None:
    """The link whose address has this id, as it is seen."""
    with call:
        link = LINKS.collection(call).newest("page_id", page_id)
        return None if link is None else _seen(call, link)


def page(call: Call, asked: Listing) -> tuple[list[Document], int]:
    """A page of links, newest first, and how many there are on all pages."""
    with call:
        rows, total = LINKS.page(call, asked)
        return [_seen(call, link) for link in rows], total


def set_status(call: Call, link_id: str, status: str) -> Document:
    """Make a link ACTIVE or DISABLED.

    Raises:
        LeanError: 404 UNKNOWN_PAYMENT_LINK; 403 OPERATION_NOT_ALLOWED, it is EXPIRED or USED and
            was to become ACTIVE.
    """
    with call:
        link = get(call, link_id)
        if status == "ACTIVE" and link["status"] in ("EXPIRED", "USED"):
            raise not_allowed(f"payment link is {link['status']}")
        stored = LINKS.stored(call, link_id)
        return _seen(call, LINKS.put(call, {**stored, "disabled": status == "DISABLED"}))


def asked(call: Call, link: Document) -> Document:
    """What a payer is asked for: amount (minor units), currency, recipient, reference."""
    wanted = link["payment_details"]
    with call:
        destination = DESTINATIONS.find(call, wanted["destination_id"])
        return {
            **{key: wanted[key] for key in ("amount", "currency", "reference")},
            "recipient": destinations.shown_name(destination),
        }
