"""The worlds of a server: each made when it is first used, isolated in all respects."""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from sandbox.engine.provider.rules import Conflict, NotKept
from sandbox.engine.time.clock import wall
from sandbox.engine.values.instants import Instant
from sandbox.engine.worlds.world import World

_log = logging.getLogger(__name__)

DEFAULT = "default"
"""The world that is meant where none is named."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
"""What a world or a snapshot may be called."""
RULE = "letters, digits, - . _ and at most 100 of them, a letter or digit first"


@dataclass(slots=True, eq=False)
class Standing:
    """A world there is: the calls that it is busy with, and when the last one came.

    Attributes:
        last_used: by the machine's time.
    """

    world: World
    calls: int = 0
    last_used: Instant = field(default_factory=wall)


class Worlds:
    """The worlds by name, bounded in number. Safe to share between threads."""

    def __init__(
        self,
        make: Callable[[str], World],
        most: int,
        unkept: Callable[[str], World] | None = None,
        kept: Iterable[str] = (),
        end: Callable[[], object] = lambda: None,
    ) -> None:
        """`most` is how many there may be beside the default one.

        Where they are kept beyond the process, those of the names `kept` are there from the start,
        `unkept` makes one that is not kept, and `end` is called when all have been closed.

        Where there are more, one goes: the one that has been idle for the longest, of those that
        are not in use (see `World`), if there is one.
        """
        self._make, self._unkept, self._end = make, unkept or make, end
        self._most = most
        self._lock = threading.Lock()
        self.default = make(DEFAULT)
        self._standing = {DEFAULT: Standing(self.default)}
        for name in kept:
            if name != DEFAULT:
                self._standing[name] = Standing(make(name))

    @cached_property
    def _nowhere(self) -> Standing:
        """Answers the calls that are refused in worlds that are not there."""
        return Standing(self._unkept(DEFAULT))

    def enter(self, name: str = DEFAULT, may_make: bool = True) -> Standing:
        """A world, for one call; it does not go before that call has left it.

        Args:
            name: the world's.
            may_make: whether the call makes the world where it is not there; else it finds a
                fresh one in its place, which is none of the worlds.
        """
        with self._lock:
            standing = self._standing.get(name)
            if standing is None and not may_make:
                standing = self._nowhere
            if standing is None:
                standing = self._standing[name] = Standing(self._make(name))
                self._take_out(len(self._standing) - 1 - self._most, name)
            standing.calls += 1
            standing.last_used = wall()
        return standing

    def leave(self, standing: Standing) -> None:
        """End what `enter` began."""
        with self._lock:
            standing.calls -= 1

    def _take_out(self, count: int, entered: str) -> None:
        """Take so many out, those first that are not in use. The caller holds the lock.

        So one of the same name that begins meanwhile is not kept before the old one is gone.
        """
        if count <= 0:
            return
        for standing in sorted(self._by_use(), key=lambda each: each.world.is_in_use):
            world = standing.world
            if count and not standing.calls and world.name not in (DEFAULT, entered):
                _log.warning(
                    "world %s is gone, %s: it had been idle for the longest, and there are more "
                    "than %s (SANDBOX_WORLDS); used again, it is made anew",
                    world.name,
                    "with what calls had made in it" if world.is_in_use else "untouched",
                    self._most,
                )
                del self._standing[world.name]
                count -= 1
                with suppress(NotKept):  # the log tells of it
                    world.remove()

    def _by_use(self) -> list[Standing]:
        return sorted(self._standing.values(), key=lambda standing: standing.last_used)

    def all(self) -> list[Standing]:
        """All there are, the least lately used first."""
        with self._lock:
            return self._by_use()

    def remove(self, name: str) -> None:
        """Take a world out; calls that it is busy with are dropped.

        Raises:
            KeyError: there is none of the name.
            Conflict: it is the default one.
            NotKept: it is still kept beyond the process, so it stays.
        """
        if name == DEFAULT:
            raise Conflict("the default world can't be removed, only reset")
        with self._lock:
            standing = self._standing[name]
        standing.world.remove()
        with self._lock:
            if self._standing.get(name) is standing:
                del self._standing[name]

    def process_due(self) -> None:
        """Let happen whatever is due by now, in all worlds."""
        for standing in self.all():
            standing.world.process_due()

    def close(self) -> None:
        """Let go of every answer and webhook that waits, in all worlds."""
        for standing in self.all():
            standing.world.close()
        if "_nowhere" in vars(self):
            self._nowhere.world.close()
        self._end()
