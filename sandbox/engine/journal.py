"""The requests seen and what answered them, bounded by number and by bytes."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sandbox.engine.instants import Instant

MOST_ENTRIES = 1000
MOST_BYTES = 16 * 1024 * 1024
MOST_OF_ONE_BODY = 64 * 1024


class Entry(NamedTuple):
    """One request and its answer, as they were; whoever shows it strikes the secrets out.

    `provider` is None for a path in nobody's namespace, `status` for a connection cut off;
    `headers` have the names of the WSGI environment.
    """

    id: int
    at: Instant
    provider: str | None
    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int | None
    response: bytes
    scenario: str | None
    duration: int
    """Microseconds of real time."""

    @property
    def size(self) -> int:
        headers = sum(len(name) + len(value) for name, value in self.headers)
        texts = len(self.path) + len(self.query) + len(self.body) + len(self.response)
        return headers + texts + 1000


class Journal:
    """The latest entries. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self.seen = 0
        self.dropped = 0

    def record(self, make: Callable[[int], Entry]) -> None:
        """Keep an entry, made with its number; the oldest go when there are too many."""
        with self._lock:
            self.seen += 1
            entry = make(self.seen)
            self._entries.append(entry)
            self._bytes += entry.size
            while len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES:
                self._bytes -= self._entries.popleft().size
                self.dropped += 1

    def copy(self) -> "Journal":
        """The same entries."""
        other = Journal()
        with self._lock:
            other._entries = deque(self._entries)
            other._bytes, other.seen, other.dropped = self._bytes, self.seen, self.dropped
        return other

    def newest_first(self) -> Iterator[Entry]:
        """What is kept, newest first, as it is now."""
        with self._lock:
            entries = list(self._entries)
        return reversed(entries)

    def clear(self) -> None:
        """Forget everything, the counts included."""
        with self._lock:
            self._entries.clear()
            self._bytes = self.seen = self.dropped = 0
