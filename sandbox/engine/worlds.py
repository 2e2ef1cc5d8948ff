"""The worlds of a server: each made when it is first used, isolated in all respects."""

import logging
import re
import threading
from collections.abc import Callable
from typing import NamedTuple

from sandbox.engine.clock import wall
from sandbox.engine.instants import Instant
from sandbox.engine.world import Conflict, World

_log = logging.getLogger(__name__)

DEFAULT = "default"
"""The world that is meant where none is named."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
"""What a world or a snapshot may be called."""
RULE = "letters, digits, - . _ and at most 100 of them, a letter or digit first"


class Standing(NamedTuple):
    """A world there is, and when it was last used, by the machine's time."""

    world: World
    last_used: Instant


class Worlds:
    """The worlds by name, bounded in number. Safe to share between threads."""

    def __init__(self, make: Callable[[str], World], most: int) -> None:
        """`most` is how many there may be beside the default one.

        Where there are more, the one that has been idle for the longest goes.
        """
        self._make = make
        self._most = most
        self._lock = threading.Lock()
        self._in_use: dict[str, int] = {}
        self.default = make(DEFAULT)
        self._standing = {DEFAULT: Standing(self.default, wall())}
        """The least lately used first."""

    def enter(self, name: str = DEFAULT) -> World:
        """A world, for one call; it does not go before that call has left it."""
        with self._lock:
            found = self._standing.pop(name, None)
            world = self._make(name) if found is None else found.world
            self._standing[name] = Standing(world, wall())
            self._in_use[name] = self._in_use.get(name, 0) + 1
            gone = [] if found else self._require_room()
        for each in gone:
            each.close()
        return world

    def leave(self, name: str) -> None:
        """End what `enter` began."""
        with self._lock:
            self._in_use[name] -= 1
            if not self._in_use[name]:
                del self._in_use[name]

    def _require_room(self) -> list[World]:
        """Take those out that have been idle for the longest, as long as there are too many."""
        idle = [name for name in self._standing if name not in (*self._in_use, DEFAULT)]
        over = len(self._standing) - 1 - self._most
        gone = []
        for name in idle[: max(0, over)]:
            _log.warning(
                "world %s is gone: it had been idle for the longest, and there are more than %s "
                "(SANDBOX_WORLDS); used again, it is made anew",
                name,
                self._most,
            )
            gone.append(self._standing.pop(name).world)
        return gone

    def all(self) -> list[Standing]:
        """All there are, the least lately used first."""
        with self._lock:
            return list(self._standing.values())

    def remove(self, name: str) -> None:
        """Take a world out; calls that it is busy with are dropped.

        Raises:
            KeyError: there is none of the name.
            Conflict: it is the default one.
        """
        if name == DEFAULT:
            raise Conflict("the default world can't be removed, only reset")
        with self._lock:
            world = self._standing.pop(name).world
        world.close()

    def close(self) -> None:
        """Let go of every answer and webhook that waits, in all worlds."""
        for standing in self.all():
            standing.world.close()
