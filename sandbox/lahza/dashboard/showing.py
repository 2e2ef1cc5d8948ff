"""What Lahza's pages share: looking up what an address names, and how documents are shown."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from sandbox.engine.provider.resources import Resource
from sandbox.engine.store.collections import Document
from sandbox.http.dashboard import NotThere, Visit
from sandbox.http.ledger_pages import written
from sandbox.http.marks import status
from sandbox.lahza.errors import LahzaError
from sandbox.lahza.refunds import LISTED
from sandbox.lahza.transactions import LISTED as PAID
from sandbox.lahza.wire import DOMAINS

KINDS = {**PAID.outcomes, **LISTED.outcomes}
"""What each status comes to, which gives it its colour."""


def amount(minor: int, of: Document) -> str:
    """An amount in a document's currency."""
    return written(minor, of["currency"])


def domain(document: Document) -> Markup:
    """A document's domain, live and test told apart."""
    return status(document["domain"], "warned" if document["domain"] == "live" else "open")


HELPERS: Mapping[str, Any] = {
    "amount": amount,
    "domain": domain,
    "domains": DOMAINS,
    "kinds": KINDS,
}
"""What all templates of Lahza's may ask for."""


def look_up(visit: Visit, resource: Resource, number: str) -> Document:
    """The document that an address names, as it is seen; its caller holds the world's lock.

    Raises:
        NotThere: there is none.
    """
    try:
        return resource.find(visit.call, number)
    except (KeyError, LahzaError) as error:
        raise NotThere from error
