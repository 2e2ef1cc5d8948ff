"""What the dashboard's pages of providers share: lists, typed amounts, what was told."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sandbox.engine.provider.notices import Subject
from sandbox.engine.provider.resources import Listing
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.instants import Instant
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.engine.webhooks.dispatch import DISPATCHES
from sandbox.http.dashboard import Visit, page_of

T = TypeVar("T")
SIZE = 50
"""Rows on a page of a list, and of a list on another page."""
_LONGEST = 200
"""Characters of a filter."""
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


def filters(visit: Visit, *names: str) -> dict[str, str]:
    """What a list is filtered by; an empty text where it isn't."""
    return {name: visit.request.args.get(name, "").strip()[:_LONGEST] for name in names}


def paged(
    visit: Visit, given: Mapping[str, str], find: Callable[[Listing], tuple[Sequence[T], int]]
) -> dict[str, Any]:
    """What a template of a list shows: its rows, and which page of how many they are.

    Args:
        visit: says which page is wanted; past the end it is the last one.
        given: the filters.
        find: the rows of a page, and how many there are on all pages.
    """

    def at(page: int) -> tuple[Sequence[T], int]:
        return find(Listing({}, None, None, page * SIZE, SIZE))

    page = page_of(visit, 10**12, SIZE)
    rows, total = at(page)
    if page and not rows:
        page = page_of(visit, total, SIZE)
        rows, total = at(page)
    return {
        "rows": rows,
        "total": total,
        "page": page,
        "size": SIZE,
        "given": given,
        "is_filtered": any(given.values()),
        "link": lambda number: visit.here(page=number or None, **given),
    }


def typed_amount(text: str) -> Decimal | str | None:
    """An amount as it was typed, in major units: a number, None if nothing was typed, or else the
    text, for the provider's rules to refuse.
    """
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else text or None


def written(minor: int, currency: str, decimals: int = 2) -> str:
    """An amount as people read it, such as `1,250.00 AED`."""
    return f"{plain(minor, decimals, ',')} {currency}"


def plain(minor: int, decimals: int = 2, thousands: str = "") -> str:
    """An amount as people type it, in major units, such as `1250.00`."""
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{'-' if minor < 0 else ''}{whole:{thousands}}.{rest:0{decimals}d}"


def comes_next(visit: Visit, subject: Subject) -> Event | None:
    """What a document is waiting for by itself; its caller holds the world's lock."""
    return visit.world.state.timeline.next_of(*subject)


def entered(visit: Visit, subject: Subject) -> dict[str, Instant]:
    """When a document entered its states, in order, as far back as the world's chronicle goes.

    Its caller holds the world's lock.
    """
    changes = (noted.change for noted in visit.world.state.chronicle)
    return {
        change.became: change.at
        for change in changes
        if isinstance(change, Happening)
        and (change.provider, change.kind, change.subject) == subject
    }


def told_of(visit: Visit, *subjects: Subject) -> list[Delivery]:
    """The webhooks that told of some documents, newest first; its caller holds the world's lock."""
    deliveries = visit.world.state.outbox.deliveries
    return [each for each in deliveries if each.notice.subject in subjects][::-1]


def send_what_is_held(visit: Visit) -> None:
    """Let webhooks go out that wait for the clock to move, as settling by the admin API does."""
    if visit.world.state.outbox.dispatch != DISPATCHES[0]:
        visit.world.send_webhooks()
