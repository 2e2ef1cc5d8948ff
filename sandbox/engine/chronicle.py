"""What happened in a world beside requests and webhooks: kept for its story, bounded by number."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, Protocol, TypeAlias

from sandbox.engine.time.clock import Mode, tick
from sandbox.engine.time.timeline import Happening
from sandbox.engine.values.instants import Instant

MOST = 5000
"""Of what happened, the latest that is kept."""


class Moved(NamedTuple):
    """The clock is moved forward: to a moment, or (None) until nothing is to come."""

    at: Instant
    to: Instant | None


class Ran(NamedTuple):
    """The clock stands or runs otherwise from now on."""

    at: Instant
    mode: Mode
    rate: float


class Switched(NamedTuple):
    """A scenario was switched on, with these parameters, or off."""

    at: Instant
    scenario: str
    on: bool
    given: Mapping[str, object]


class Acted(NamedTuple):
    """A scenario decided what comes next for a document, or laid a value over what is seen.

    `subject` is the document: provider, kind and id; None where a call has merely seen it.
    """

    at: Instant
    scenario: str
    subject: tuple[str, str, str] | None


Change: TypeAlias = Happening | Moved | Ran | Switched | Acted


class Caller(Protocol):
    """A call of a provider's API; `number` is that of its entry in the journal."""

    number: int | None


class Noted(NamedTuple):
    """A change, its place among all that happened, and the call of a provider's API it came of.

    What came of no call came of time, or of whoever plays the payer or the bank.
    """

    tick: int
    by: Caller | None
    change: Change


class Chronicle:
    """The latest changes, in their order. Its user holds the world's lock.

    Attributes:
        seen: how many there have been.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[int, Caller | None, Change]] = deque(maxlen=MOST)
        self.seen = 0

    def __iter__(self) -> Iterator[Noted]:
        return map(Noted._make, self._kept)

    @property
    def dropped(self) -> int:
        """How many are kept no longer."""
        return self.seen - len(self._kept)

    def note(self, change: Change, by: Caller | None = None, place: int | None = None) -> None:
        """Keep a change, in its place (None: the next one); of too many the oldest goes."""
        self.seen += 1
        self._kept.append((tick() if place is None else place, by, change))

    def latest(self, count: int) -> list[Noted]:
        """The latest changes, so many at most, in their order."""
        noted = list(map(Noted._make, islice(reversed(self._kept), count)))
        return noted[::-1]

    def recover(self, noted: Iterable[Noted], seen: int) -> None:
        """Keep the changes that were kept."""
        self._kept.extend(noted)
        self.seen = seen

    def copy(self) -> "Chronicle":
        """The same changes, to go on from here by itself."""
        other = Chronicle()
        other._kept, other.seen = self._kept.copy(), self.seen
        return other
