"""What Lean's pages share: looking up what an address names, and how documents are shown."""

from functools import partial
from typing import Any

from sandbox.engine.provider.resources import Resource
from sandbox.engine.store.collections import Document
from sandbox.http.dashboard import USERS, NotThere, Visit
from sandbox.http.ledger_pages import written
from sandbox.lean.errors import LeanError
from sandbox.lean.payments import LISTED as PAID
from sandbox.lean.payments import RECONCILIATIONS
from sandbox.lean.payouts import STATUSES as OF_PAYOUTS
from sandbox.lean.refunds import LISTED
from sandbox.lean.wire import DECIMALS, REASONS

KINDS = {
    **PAID.outcomes,
    **LISTED.outcomes,
    **dict.fromkeys((*OF_PAYOUTS, *RECONCILIATIONS), "open"),
    **dict.fromkeys(("ACCEPTED_BY_BANK", "PROCESSED", "RECONCILED", "ACTIVE"), "settled"),
    **dict.fromkeys(("REJECTED", "FAILED"), "failed"),
    **dict.fromkeys(("UNRECEIVED", "NOT_RECONCILED", "DELETED"), "warned"),
}
"""What each status comes to, which gives it its colour."""
_NAMES = {user.id: user.name for user in USERS}


def amount(minor: int, of: Document) -> str:
    """An amount in a document's currency."""
    return written(minor, of["currency"], DECIMALS[of["currency"]])


def name_of(visit: Visit, actor: str) -> str:
    """Who acted, by name where it was a user."""
    return visit.text(_NAMES[actor]) if actor in _NAMES else actor


def look_up(visit: Visit, resource: Resource, doc_id: str) -> Document:
    """The document that an address names, as it is seen; its caller holds the world's lock.

    Raises:
        NotThere: there is none.
    """
    try:
        return resource.find(visit.call, doc_id)
    except LeanError as error:
        raise NotThere from error


def helpers(visit: Visit) -> dict[str, Any]:
    """What all templates of Lean's may ask for."""
    return {
        "amount": amount,
        "kinds": KINDS,
        "name_of": partial(name_of, visit),
        "reasons": REASONS,
    }
