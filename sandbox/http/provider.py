"""What a provider hands over: its model for the engine, its routes, and its words for errors."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from flask import Blueprint, Request, Response

from sandbox.engine.provider.hints import Rule
from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.http.dashboard import Part
    from sandbox.http.test_mode import TestMode
    from sandbox.openapi.description import Described

Refusal = Literal[
    "not_found",
    "method_not_allowed",
    "unreadable",
    "bad_request",
    "internal_error",
    "unavailable",
    "rate_limited",
    "unauthorized",
    "forbidden",
]
"""What can go wrong with any provider's call; each says it in its own words."""

FAULTS: frozenset[str] = frozenset({"unavailable", "rate_limited", "unauthorized", "forbidden"})
"""The refusals that a scenario may ask for with `fail`."""


class Refuse(Protocol):
    """Answers a refusal in the provider's own words. `detail` is for `bad_request`, which
    is about the sandbox's own headers.
    """

    def __call__(self, refusal: Refusal, path: str, detail: str = "") -> Response: ...


def said(body: Mapping[str, Any]) -> str | None:
    """What an error's body says to people, under a key where many APIs have that."""
    texts = (body.get(key) for key in ("message", "detail", "error"))
    return next((text for text in texts if isinstance(text, str)), None)


class Credentials(NamedTuple):
    """What the credentials of a request say by themselves, whatever its world makes of them.

    Attributes:
        hold: whether they let a call in; only such a call makes a world.
        worlds: the names of worlds in those that the settings accept.
    """

    hold: bool = False
    worlds: Sequence[str] = ()


class Provider(NamedTuple):
    """A provider, whole.

    Attributes:
        model: what the engine knows of it.
        namespaces: the first parts of its paths, such as `payouts`.
        routes: its API.
        control: its calls in the admin API, below `/_sandbox/<name>`.
        credentials: what those of a request say.
        variables: the credentials that the environment may restrict to one, and what is then
            accepted, by key: `client_id` of the provider `lean` is SANDBOX_LEAN_CLIENT_ID.
        useless: why a value of one of these can be no credential of its kind; None: it can.
        first_call: lines for people who start the server: its address, the settings and the
            fixtures given, the base URL, the keys and a call to try.
        dump: a document of each lifecycle in its wire form, by kind.
        describe: what the OpenAPI documents say of it; made when it is first asked for.
        headers: the headers that an answer of its own carries, by its status.
        hints: the mistakes with its calls of which the sandbox says what to do.
        unserved: what paths begin with that it has and the sandbox has not, such as
            `/consents`; it says of these itself that there is nothing.
        is_meant: whether a request's credentials look like those of its own, good or bad; so a path
            that is nobody's is answered by it.
        pages: those of `namespaces` that hold no calls but pages, which people visit.
        brief: what the body of an error says, in few words.
        test_mode: what is known of its test mode; made when the sandbox is compared with it.
        dashboard: its part of the dashboard; made when a page is first asked for.
        folder: where it has `fixtures/` and `scenarios/` of its own, if it has.
    """

    model: Model
    namespaces: frozenset[str]
    routes: Blueprint
    control: Blueprint
    refuse: Refuse
    credentials: Callable[[Request, Settings], Credentials]
    first_call: Callable[[str, Settings, Mapping[str, Any]], list[str]]
    dump: Mapping[str, Callable[[Document], object]]
    describe: Callable[[], "Described"]
    headers: Callable[[Call, int], Sequence[tuple[str, str]]] = lambda *_: ()
    hints: Sequence[Rule] = ()
    unserved: tuple[str, ...] = ()
    is_meant: Callable[[Request], bool] = lambda _: False
    pages: frozenset[str] = frozenset()
    variables: Mapping[str, str] = MappingProxyType({})
    useless: Callable[[str, str], str | None] = lambda *_: None
    brief: Callable[[Mapping[str, Any]], str | None] = said
    test_mode: "Callable[[], TestMode] | None" = None
    dashboard: "Callable[[], Part] | None" = None
    folder: Path | None = None

    @property
    def name(self) -> str:
        return self.model.name
