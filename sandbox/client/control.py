"""The client itself."""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from .accounts import Account, accounts, differences
from .clock import Clock, ClockState
from .connection import Connection
from .ledger import Ledger
from .moments import Moment, given
from .providers import Lahza, Lean, Provider
from .receivers import Receivers
from .requests import Requests
from .scenarios import Scenario, Scenarios
from .snapshots import Snapshots, Worlds
from .transports import App
from .waiting import wait_for
from .weather import Weather
from .webhooks import Webhooks

__tracebackhide__ = True  # pytest then shows the test instead

T = TypeVar("T")

FORMATS = ("svg", "mmd", "json")
"""Of a story."""


class Sandbox:
    """A running sandbox, or one world of it.

    Attributes:
        url: what the code under test takes as both providers' base URL.
        clock, scenarios, weather, lean, lahza, requests, webhooks, snapshots: what a test steers.
        payments, refunds: all there are, whoever's.
        worlds: the worlds of the server.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8426",
        *,
        world: str | None = None,
        token: str | None = None,
        timeout: float = 300,
        start: Mapping[str, Any] = MappingProxyType({}),
        prefix: str = "",
        app: App | None = None,
    ) -> None:
        """A client of the sandbox at an address.

        Args:
            url: the server's address; with `/w/<name>`, one of its worlds. A `/_sandbox` at its
                end is left out.
            world: one of its worlds, made on first use.
            token: the server's SANDBOX_ADMIN_TOKEN, if it has one; unless given, the variable of
                that name in this environment.
            timeout: how long an answer may take, in seconds of real time.
            start: how the world begins at a reset: what `reset` takes, where not given there.
            prefix: stands before the names of the worlds that `world` hands out.
            app: the server's WSGI application, where it lives in this process; calls then go
                straight to it, in the caller's thread, and `timeout` does not hold for them.

        Raises:
            ValueError: the address is none of HTTP's, or the token can't be sent.
        """
        if token is None:
            token = os.environ.get("SANDBOX_ADMIN_TOKEN")
        self._start, self._prefix = start, prefix
        self._home = self
        self._others: dict[str, Sandbox] = {}
        self._lock = threading.Lock()
        base, _, named = url.rstrip("/").removesuffix("/_sandbox").rstrip("/").partition("/w/")
        self._of_world = partial(
            Sandbox, base, token=token, timeout=timeout, start=start, prefix=prefix, app=app
        )
        self._name = world or named or None
        connection = Connection(base, self._name, token, timeout, app)
        self._connection = connection
        self.url = connection.url
        receivers = Receivers(connection)
        self.clock = Clock(connection, receivers)
        self.scenarios = Scenarios(connection)
        self.weather = Weather(connection)
        self.lean = Lean(connection, self._name, "lean", receivers)
        self.lahza = Lahza(connection, self._name, "lahza", receivers)
        self.payments = Ledger(connection, "payments")
        self.refunds = Ledger(connection, "refunds")
        self.requests = Requests(connection)
        self.webhooks = Webhooks(connection, receivers)
        self._receivers = receivers
        self.snapshots = Snapshots(connection)
        self.worlds = Worlds(connection)

    def __repr__(self) -> str:
        return f"Sandbox({self.url!r})"

    def __str__(self) -> str:
        return self.url

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections, those to other worlds too; the sandbox itself runs on."""
        self._connection.close()
        for other in self._others.values():
            other.close()

    def world(self, name: str) -> "Sandbox":
        """Another world of the same server, made on first use and isolated in all respects."""
        home = self._home
        with home._lock:
            if name not in home._others:
                other = self._of_world(world=self._prefix + name)
                other._home = home
                if self._start:
                    other.reset()
                home._others[name] = other
            return home._others[name]

    @property
    def others(self) -> "list[Sandbox]":
        """The worlds that `world` has handed out."""
        with self._home._lock:
            return [*self._home._others.values()]

    def forget_worlds(self) -> None:
        """Remove the worlds that `world` has handed out; used again, they are made anew.

        The default one can't be removed; it is reset.
        """
        with self._home._lock:
            others, self._home._others = self._home._others.values(), {}
        there = [world["name"] for world in self.worlds.all()] if others else []
        for other in others:
            if other._name == "default":
                other.reset()
            elif other._name in there:
                self.worlds.remove(other._name)
            other.close()

    def call(
        self,
        method: str,
        *path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """Any call of the admin API: `call("GET", "scenarios")`; the JSON that answers it.

        Args:
            method: such as `GET`.
            path: its parts below `/_sandbox`.
            body: a JSON value; in it, amounts may be decimals, and times Python's own.
            query: values that are None are left out.

        Raises:
            Refused: the answer is an error.
            Unreachable: there is no answer, or none of a sandbox's.
        """
        return self._connection.call(method, *path, body=body, query=query)

    def provider(self, name: str) -> Provider:
        """Any provider of the server by its name; `lean` and `lahza` are attributes, too."""
        known: dict[str, Provider] = {each.name: each for each in (self.lean, self.lahza)}
        return known.get(name) or Provider(self._connection, self._name, name, self._receivers)

    def health(self) -> dict[str, str]:
        """`status`, `version` and the world's time, `now`."""
        return dict(self._connection.call("GET", "health"))

    @property
    def fixtures(self) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
        """What is there from the start: `fixtures["lean"]["payments"]["reconciled"]["id"]`."""
        return dict(self._connection.call("GET", "fixtures"))

    def ledger(self) -> dict[str, Account]:
        """What was paid and refunded, by the id of each payment, the oldest first."""
        refunds = self.refunds.all()  # first: each payment of theirs is there by then
        return accounts(self.payments.all(), refunds)

    def assert_agrees(self, mine: Mapping[str, Mapping[str, int]]) -> None:
        """Let all happen that is to come, and require that a merchant's own books are right.

        A payment of which the merchant's own calls have refunded something must stand in them.

        Args:
            mine: by the payment's id, or what else it is called (Lahza's `reference`), those of
                `paid`, `refunded`, `pending` and `failed` that the merchant keeps, in minor
                units: `{"order-1": {"refunded": 2000}}`.

        Raises:
            AssertionError: it says where they differ.
            ValueError: what is given makes no sense.
        """
        self.clock.advance_until_idle()
        if found := [*differences(self.ledger(), mine)]:
            told = "\n  ".join(found)
            raise AssertionError(f"the merchant's books differ from the provider's:\n  {told}")

    def scenario(self, name: str, /, **parameters: object) -> AbstractContextManager[Scenario]:
        """A scenario that is on inside of a `with` block."""
        return self.scenarios.during(name, **parameters)

    def reset(
        self,
        *,
        now: Moment | None = None,
        mode: str | None = None,
        rate: float | None = None,
        seed: int | None = None,
    ) -> ClockState:
        """Make the world as it starts, at a moment if one is given; snapshots stay."""
        body = {**self._start, **given(now=now, mode=mode, rate=rate, seed=seed)}
        return cast(ClockState, self._connection.call("POST", "reset", body=body))

    def seed(self, /, *, seed: int | None = None, offset: int = 0, **counts: int) -> dict[str, int]:
        """Make documents up; how many were added. The same seed makes the same ones.

        Args:
            seed: the world's own, unless given; then each call makes new ones.
            offset: how many of the seed to leave out.
            counts: how many of each kind: `payments` are Lean's, `transactions` Lahza's, `refunds`
                as many of each, `lean_refunds` and `lahza_refunds` of one of them.
        """
        body = counts if seed is None else {**counts, "seed": seed, "offset": offset}
        return dict(self._connection.call("POST", "seed", body=body))

    @property
    def settings(self) -> dict[str, Any]:
        """Each provider's switches and times."""
        return dict(self._connection.call("GET", "settings"))

    def change_settings(self, **changes: object) -> dict[str, Any]:
        """Change some: `change_settings(lean={"pending_after": "2s"})`; returns all."""
        return dict(self._connection.call("PATCH", "settings", body=changes))

    def story(
        self,
        subject: str | int | None = None,
        *,
        format: str = "svg",
        limit: int | None = None,
        file: str | os.PathLike[str] | None = None,
    ) -> str:
        """What happened in the world, the oldest first, as text.

        Args:
            subject: the id or the reference of a payment or a refund, for its story alone.
            format: `svg`, a picture; `mmd`, a diagram of Mermaid's; or `json`.
            limit: that many events, the latest; 200, unless given.
            file: where to write it, too.

        Raises:
            Refused: 404, there is nothing of that name.
            ValueError: there is no such format.
            OSError: it can't be written there.
        """
        if format not in FORMATS:
            raise ValueError(f"there is no format {format!r}, only {', '.join(FORMATS)}")
        query = {"subject": subject, "limit": limit}
        told = self._connection.text(f"story.{format}", query=query)
        if file is not None:
            Path(file).write_text(told, encoding="utf-8", newline="")
        return told

    def wait_for(self, condition: Callable[[], T], within: timedelta | float | None = None) -> T:
        """Wait until a condition holds; returns what it returned.

        A frozen clock is moved from event to event, so nobody sleeps; while one runs, time passes.

        Args:
            condition: something true, once it holds.
            within: how much of the world's time it may take, a timedelta or seconds. Unless
                given, until nothing more is to come; where the clock runs, 30 seconds of real time.

        Raises:
            NeverHappened: it did not hold by then; an AssertionError.
        """
        return wait_for(self.clock, self.webhooks, condition, within)
