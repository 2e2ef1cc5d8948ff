"""The two sides of a comparison: a provider's test mode, and a sandbox that is fresh."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from sandbox.client import Sandbox
from sandbox.compare.calls import Answer, Call, NoAnswer, send
from sandbox.compare.safety import Address, address_of
from sandbox.engine.time.clock import Start, wall
from sandbox.engine.values.instants import SECOND, Duration, parse_instant
from sandbox.http.provider import Provider
from sandbox.http.test_mode import NotAdmitted, TestMode
from sandbox.settings import Settings


def pause(duration: Duration) -> None:
    """Let real time pass."""
    threading.Event().wait(duration / SECOND)


class Target:
    """One side, as calls of one provider find it.

    Attributes:
        credentials: what lets calls in, by name.
    """

    def __init__(
        self,
        provider: Provider,
        mode: TestMode,
        credentials: Mapping[str, str],
        address: Address,
        auth: Address,
    ) -> None:
        self.credentials = credentials
        self._keys = next(keys for keys in mode.wanted if credentials.keys() >= set(keys))
        self._tokens = provider.model.token_paths
        self._mode, self._address, self._auth = mode, address, auth

    def send(self, call: Call) -> Answer:
        """Send a call to where it belongs.

        Raises:
            NoAnswer: nobody answers.
            Unsafe: there is a live key in it.
        """
        return send(self._auth if call.path in self._tokens else self._address, call)

    def sign_in(self) -> Mapping[str, str]:
        """The headers that let a call in.

        Raises:
            NoAnswer: nobody answers, or the credentials are not taken.
        """

        def fetch(path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
            answer = self.send(Call("POST", path, tuple(headers.items()), body))
            return answer.status, answer.body

        try:
            return self._mode.sign_in({key: self.credentials[key] for key in self._keys}, fetch)
        except NotAdmitted as error:
            raise NoAnswer(f"{self._auth.url}: {error}") from error


class Time(Protocol):
    """What lets time pass on a side."""

    def pass_time(self, left: Duration, every: Duration) -> Duration | None:
        """Let some pass, `left` at most; how much did, or None where nothing more will happen."""


class RealTime:
    """A provider's time: one waits, and asks again."""

    def pass_time(self, left: Duration, every: Duration) -> Duration | None:
        if left <= 0:
            return None
        pause(min(left, every))
        return min(left, every)


class WorldTime:
    """A sandbox's time: its clock is moved to what is due next."""

    def __init__(self, world: Sandbox) -> None:
        self._world = world

    def pass_time(self, left: Duration, every: Duration) -> Duration | None:
        state = self._world.clock.state()
        if state["next_due_at"] is None:
            return None
        spent = max(parse_instant(state["next_due_at"]) - parse_instant(state["now"]), 0)
        if spent > left:
            return None
        self._world.clock.advance(to=state["next_due_at"])
        return spent

    def move(self, by: Duration) -> None:
        """Let some pass at once."""
        if by > 0:
            self._world.clock.advance(seconds=by / SECOND)


class OurSide:
    """A sandbox, in which each script gets a world of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._run, self._made = f"compare-{wall():x}", 0

    @contextmanager
    def world(self) -> Iterator[tuple[str, WorldTime]]:
        """A fresh world: its address, and its time, which stands until it is moved."""
        self._made += 1
        world = self._sandbox.world(f"{self._run}-{self._made}")
        try:
            world.reset(mode="frozen")
            for address in world.webhooks.addresses():  # the server's own would be told
                world.webhooks.stop(address["provider"], domain=address["domain"])
            yield world.url, WorldTime(world)
        finally:
            self._sandbox.forget_worlds()


def our_target(provider: Provider, mode: TestMode, url: str) -> Target:
    """The sandbox at an address, to which any credentials do."""
    address = address_of(url, "--sandbox", None)
    return Target(provider, mode, mode.own, address, address)


@contextmanager
def our_side(url: str | None) -> Iterator[OurSide]:
    """The sandbox at an address, whose other worlds are left alone; without one, a new sandbox.

    Raises:
        Unsafe: the address can be none.
        SandboxError: no sandbox answers there.
    """
    if url is not None:
        address_of(url, "--sandbox", None)
        with Sandbox(url.partition("/w/")[0]) as sandbox:
            sandbox.health()
            yield OurSide(sandbox)
        return
    from sandbox.server import running

    settings = Settings(port=0, hints=False, start=Start(mode="frozen"))
    with running(settings) as server, Sandbox(server.url, token="") as sandbox:
        yield OurSide(sandbox)
