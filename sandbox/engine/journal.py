"""The requests seen and what answered them, bounded by number and by bytes."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from sandbox.engine.values.instants import Duration, Instant

MOST_ENTRIES = 1000
MOST_BYTES = 16 * 1024 * 1024
MOST_OF_ONE_BODY = 64 * 1024
MOST_WAITS = 100
"""Calls that were told to come again later, the latest."""


class Entry(NamedTuple):
    """One request and its answer, as they were; whoever shows it strikes the secrets out.

    `provider` is None for a path in nobody's namespace, `status` for a connection cut off;
    `headers` have the names of the WSGI environment; `tick` is its place among all that happened.
    `answered` says whether the answer is the call's own, or a scenario's: in place of the call, or
    after it, so that the call's own is lost.
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
    hint: str | None = None
    tick: int = 0
    answered: Literal["itself", "made", "lost"] = "itself"

    @property
    def size(self) -> int:
        headers = sum([len(name) + len(value) for name, value in self.headers])
        texts = len(self.path) + len(self.query) + len(self.body) + len(self.response)
        texts += len(self.hint or "")
        return headers + texts + 1000


class Wait(NamedTuple):
    """A call was told to come again later.

    Attributes:
        after: how much later.
        at: when it was told, by the world's clock.
        elapsed: likewise, by the machine's.
    """

    after: Duration
    at: Instant
    elapsed: Duration


class _Kept:
    """An entry, and how many journals hold it; `number` grows with each that is recorded."""

    __slots__ = ("entry", "holders", "number", "size")

    def __init__(self, entry: Entry, number: int) -> None:
        self.entry = entry
        self.size = entry.size
        self.number = number
        self.holders = 1


class _Pool:
    """What the journals of one world hold together. Its user holds the lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.journals: set[Journal] = set()
        self.recorded = 0
        self.bytes = 0

    def add(self, entry: Entry) -> _Kept:
        self.recorded += 1
        kept = _Kept(entry, self.recorded)
        self.bytes += kept.size
        return kept

    def release(self, kept: _Kept) -> None:
        """A journal holds it no longer."""
        kept.holders -= 1
        if not kept.holders:
            self.bytes -= kept.size

    def drop_oldest(self) -> None:
        """Let the oldest entry go, from all journals that hold it: it is the first of each."""
        firsts = [(each.oldest.number, each) for each in self.journals if each.oldest is not None]
        oldest = min(number for number, _ in firsts)
        for number, journal in firsts:
            if number == oldest:
                journal.drop_oldest()


class Journal:
    """The latest entries. Safe to share between threads.

    Copies, such as those in snapshots, share their entries, and the bound by bytes is that of all
    of them together: the oldest entry goes first, whoever holds it.

    Attributes:
        waits: by what tells them apart, the calls that were told to come again later, and have
            not come.
        fresh: takes what is recorded, for whoever keeps it; None: nobody does.
        cleared: how often everything was forgotten.
    """

    def __init__(self, like: "Journal | None" = None) -> None:
        """`like` is a journal of the same world, if there has been one."""
        self._pool: _Pool = _Pool() if like is None else like._pool
        self._kept: deque[_Kept] = deque()
        self.waits: dict[tuple[object, ...], Wait] = {}
        self.seen = 0
        self.dropped = 0
        self.fresh: deque[Entry] | None = None
        self.cleared = 0
        with self._pool.lock:
            self._pool.journals.add(self)

    @property
    def oldest(self) -> _Kept | None:
        return self._kept[0] if self._kept else None

    def drop_oldest(self) -> None:
        """Let the oldest entry go; the caller holds the pool's lock."""
        self._pool.release(self._kept.popleft())
        self.dropped += 1

    def record(self, make: Callable[[int], Entry]) -> Entry | None:
        """Keep an entry, made with its number; the oldest go when there are too many.

        Returns:
            It, or None where the world has been reset meanwhile.
        """
        with self._pool.lock:
            if self not in self._pool.journals:
                return None
            self.seen += 1
            entry = make(self.seen)
            self._add(entry)
            if self.fresh is not None:
                self.fresh.append(entry)
                while self.fresh and self.fresh[0].id <= self.dropped:
                    self.fresh.popleft()
            return entry

    def _add(self, entry: Entry) -> None:
        self._kept.append(self._pool.add(entry))
        while len(self._kept) > MOST_ENTRIES:
            self.drop_oldest()
        while self._pool.bytes > MOST_BYTES:
            self._pool.drop_oldest()

    def recover(self, entries: Iterable[Entry], seen: int, dropped: int) -> None:
        """Keep the entries that were kept, in their order, as far as the bounds go."""
        with self._pool.lock:
            self.seen, self.dropped = seen, dropped
            for entry in entries:
                self._add(entry)

    def ask_to_wait(self, call: tuple[object, ...], wait: Wait) -> None:
        """Keep in mind that a call was told to come again later; of too many, the oldest goes."""
        with self._pool.lock:
            if len(self.waits) == MOST_WAITS:
                del self.waits[next(iter(self.waits))]
            self.waits[call] = wait

    def forget_wait(self, call: tuple[object, ...]) -> None:
        """Keep in mind no longer what a call was told: it has come."""
        with self._pool.lock:
            self.waits.pop(call, None)

    def copy(self) -> "Journal":
        """The same entries."""
        other = Journal(self)
        with self._pool.lock:
            other._kept = self._kept.copy()
            for kept in other._kept:
                kept.holders += 1
            other.seen, other.dropped = self.seen, self.dropped
        return other

    def newest_first(self) -> Iterator[Entry]:
        """What is kept, newest first, as it is now."""
        with self._pool.lock:
            entries = [kept.entry for kept in self._kept]
        return reversed(entries)

    def clear(self) -> None:
        """Forget everything, the counts included."""
        with self._pool.lock:
            while self._kept:
                self._pool.release(self._kept.popleft())
            self.waits.clear()
            self.seen = self.dropped = 0
            self.cleared += 1
            if self.fresh is not None:
                self.fresh.clear()

    def close(self) -> None:
        """Forget everything, and keep nothing more."""
        self.clear()
        with self._pool.lock:
            self._pool.journals.discard(self)
