"""What a page of the dashboard is: providers make some of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from flask import Request

from sandbox.engine.provider.rules import Call
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.worlds.world import World
from sandbox.http.request_guard import ADMIN
from sandbox.http.world_names import path_of


def home_of(world: str) -> str:
    """The path of the dashboard in a world, without a slash at the end."""
    return f"{path_of(world)}/{ADMIN}/dashboard"


class User(NamedTuple):
    """Somebody who acts on the dashboard.

    Attributes:
        id: a UUID that never changes.
        name: such as Maker.
    """

    id: str
    name: str


USERS = tuple(User(uuid_of(f"dashboard/{name}"), name) for name in ("Maker", "Approver"))
"""Those who may act, by default."""


def worded(texts: Mapping[str, str], english: str, values: Mapping[str, object]) -> str:
    """A text with values in the places of their `{names}`.

    Args:
        texts: by their English; what is not there is said in English.
        english: the text.
        values: what stands in it; each keeps its own direction in a text that has another.
    """
    text = texts.get(english, english)
    if text is not english:
        values = {name: f"\u2068{value}\u2069" for name, value in values.items()}
    return text.format(**values) if values else text


@dataclass(frozen=True)
class Visit:
    """A request for a page of the dashboard.

    Attributes:
        request: what came.
        world: which world is looked at.
        call: a rule's view of it.
        user: who is acting.
        language: `en` or `ar`.
        home: the path of the dashboard in that world, without a slash at the end.
        path: what stands in the address behind the tab.
        token: what each form has to send, as `token`.
        arabic: the texts by their English.
    """

    request: Request
    world: World
    call: Call
    user: User
    language: str
    home: str
    path: Sequence[str]
    token: str
    arabic: Mapping[str, str]
    tab: str = ""

    def text(self, english: str, **values: object) -> str:
        """A text in the language of the visit, with values in the places of their `{names}`."""
        return worded(self.arabic if self.language == "ar" else {}, english, values)

    def link(self, *parts: object, **query: object) -> str:
        """The address of a page of the dashboard; the query leaves out what is None or empty."""
        path = "/".join([self.home, *(quote(str(part), safe="") for part in parts)])
        asked = {key: value for key, value in query.items() if value not in (None, "")}
        return f"{path}?{urlencode(asked)}" if asked else path

    def here(self, *parts: object, **query: object) -> str:
        """Likewise, below the tab that is visited."""
        return self.link(*self.tab.split("/"), *parts, **query)

    @property
    def is_post(self) -> bool:
        """Whether a form was sent."""
        return self.request.method == "POST"


class Shown(NamedTuple):
    """A page: a template, what it shows, and HTTP's status.

    `styles` says where style may come from: `'self'`, or from the page itself, too.
    """

    template: str
    values: Mapping[str, Any] = MappingProxyType({})
    status: int = 200
    styles: str = "'self'"


class Moved(NamedTuple):
    """The page to go on to when a form has done its work, and what to say there in few words."""

    to: str
    said: str = ""


class NotThere(Exception):
    """There is no such page."""


def page_of(visit: Visit, total: int, size: int) -> int:
    """Which page of a list is asked for, by `page` in the query; the first one is 0."""
    asked = visit.request.args.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    return min(page, max(0, (total - 1) // size))


class Tab(NamedTuple):
    """A page, with those below it.

    Attributes:
        slug: its part of the address.
        title: in English.
        show: answers a visit.
    """

    slug: str
    title: str
    show: Callable[[Visit], Shown | Moved]


@dataclass(frozen=True)
class Part:
    """A provider's part of the dashboard, or that about the world itself.

    Attributes:
        slug: its part of the address.
        title: in English.
        tabs: its pages.
        arabic: its texts in Arabic, by their English.
    """

    slug: str
    title: str
    tabs: Sequence[Tab]
    arabic: Mapping[str, str] = field(default_factory=dict)
