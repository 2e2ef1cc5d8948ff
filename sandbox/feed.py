"""What happens in all worlds, for whoever reads of it: the log, and those who follow it."""

import sys
import threading
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from sandbox.engine.journal import Entry
from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND, Duration

MOST = 1000
"""Of what happened, the latest that is kept; no more than of requests in a journal, so that they
stay no longer for this."""
MOST_BYTES = 8 * 1024 * 1024
"""Of the bodies of requests among that."""
PATIENCE = 10 * SECOND
"""For so long after a reader has come by, things are kept for the next time that it does."""
_NEVER: Duration = sys.maxsize


class News(NamedTuple):
    """What has happened since a reader came by.

    Attributes:
        events: each with the name of its world: an `Entry`, a `Happening`, a `Tried` or a text.
        last: the number of the latest.
        missed: how many there were that are no longer kept.
    """

    events: list[tuple[str, object]]
    last: int
    missed: int


class Feed:
    """Keeps the latest that happened while anybody reads. Safe to share between threads.

    Attributes:
        is_read: whether it is of use to tell anything.
        more: set when there is something that has not been printed.
        much: set when so much has not been that it is time.
        over: set when nobody needs to wait any longer, as the server stops.
    """

    def __init__(self) -> None:
        self.is_read = False
        self.more = threading.Event()
        self.much = threading.Event()
        self.over = threading.Event()
        self._printed = 0
        self._until: Duration = 0
        self._lock = threading.Lock()
        self._told_more = threading.Condition(self._lock)
        self._kept: deque[tuple[str, object]] = deque()
        self._sizes: deque[int] = deque()
        self._bytes = 0
        self._told = 0

    def tell(self, world: str, make: Callable[[], object]) -> None:
        """Keep something that has happened, made if anybody reads; it waits for no reader."""
        if not self.is_read:
            return
        if self._until != _NEVER and elapsed() > self._until:
            self.stop()
            return
        event = make()
        size = len(event.body) + len(event.response) if isinstance(event, Entry) else 0
        with self._lock:
            self._told += 1
            self._kept.append((world, event))
            self._sizes.append(size)
            self._bytes += size
            while len(self._kept) > MOST or self._bytes > MOST_BYTES:
                self._kept.popleft()
                self._bytes -= self._sizes.popleft()
            is_much = self._told - self._printed > MOST // 2
            self._told_more.notify_all()
        if not self.more.is_set():
            self.more.set()
        if is_much and not self.much.is_set():
            self.much.set()

    def read(self, after: int | None = None, to_print: bool = False) -> News:
        """What has happened after that of a number; None, or one yet to come: nothing so far.

        From now on things are kept: to be printed, until `stop`; else as long as somebody comes by
        often enough.
        """
        with self._lock:
            self._until = max(self._until, _NEVER if to_print else elapsed() + PATIENCE)
            if to_print:
                self._printed = self._told
                self.more.clear()
                self.much.clear()
            self.is_read = True
            if after is None or after > self._told:
                after = self._told
            before = self._told - len(self._kept)
            events = list(islice(self._kept, max(0, after - before), None))
            return News(events, self._told, max(0, before - after))

    def wait(self, after: int, seconds: float) -> None:
        """Wait until something has happened after that of a number, or for so long."""
        with self._told_more:
            self._told_more.wait_for(lambda: self._told > after or self.over.is_set(), seconds)

    def close(self) -> None:
        """Let nobody wait any longer."""
        self.over.set()
        with self._told_more:
            self._told_more.notify_all()

    def stop(self) -> None:
        """Keep nothing, until somebody reads again."""
        with self._lock:
            self.is_read, self._until, self._bytes = False, 0, 0
            self._kept.clear()
            self._sizes.clear()
