"""The deliveries of a world, bounded by number and by bytes: the oldest go first."""

from collections.abc import Callable, Iterable, Iterator

from sandbox.engine.values.changes import DELIVERIES, Changed
from sandbox.engine.webhooks.delivery import Attempt, Delivery

MOST = 100_000
"""Deliveries kept."""
MOST_BYTES = 64 * 1024 * 1024
"""Of the deliveries kept, their documents and answers included, as they are estimated."""


class Deliveries:
    """Numbered from 1 in the order in which they are made. Its user holds the world's lock.

    Attributes:
        made: how many there have been; the latest one has that number.
        places: how many places there are in the order of what goes out.
        touched: is called with the number of each that is made or tried.
        changed: notes the numbers of those that have come, changed or gone.
    """

    def __init__(self) -> None:
        self._kept: dict[int, Delivery] = {}
        self._bytes = 0
        self.made = self.places = 0
        self.touched: Callable[[int], None] | None = None
        self.changed: Changed = None

    def recover(self, kept: Iterable[Delivery], made: int, places: int) -> None:
        """Keep what was kept, in the order in which they were made."""
        self._kept = {delivery.number: delivery for delivery in kept}
        self._bytes = sum(delivery.size for delivery in self)
        self.made, self.places = made, places

    def copy(self) -> "Deliveries":
        """The same deliveries once more, to go on from here by themselves."""
        other = Deliveries()
        other._kept = dict(self._kept)
        other._bytes, other.made, other.places = self._bytes, self.made, self.places
        return other

    def __iter__(self) -> Iterator[Delivery]:
        """All that are kept, in the order in which they were made."""
        return iter(self._kept.values())

    def as_sent(self) -> list[Delivery]:
        """All that are kept, in the order in which they went out, or are to go."""
        return sorted(self, key=lambda delivery: delivery.place)

    def take_place(self) -> int:
        """The next place in the order of what goes out."""
        self.places += 1
        return self.places

    def place_of(self, number: int) -> int:
        """The place of a delivery; one that is gone was before all, one to come is after all."""
        kept = self.get(number)
        if kept is None:
            return 0 if number <= self.made else self.places + 1
        return kept.place

    def get(self, number: int) -> Delivery | None:
        """A delivery by its number."""
        return self._kept.get(number)

    @property
    def dropped(self) -> int:
        """How many had to go, there being too many."""
        return self.made - len(self._kept)

    @property
    def oldest(self) -> int:
        """The number of the oldest delivery that is kept; those after it are."""
        return self.dropped + 1

    def add(self, delivery: Delivery) -> None:
        """Keep a new delivery, which has the next number."""
        self.made += 1
        self.put(delivery)
        self._bytes += delivery.size
        self._touch(self.made)

    def put(self, delivery: Delivery) -> Delivery:
        """Put a delivery in the place of the one with its number."""
        self._kept[delivery.number] = delivery
        if self.changed is not None:
            self.changed.add((DELIVERIES, delivery.number))
        return delivery

    def tried(self, delivery: Delivery, attempt: Attempt) -> Delivery:
        """A delivery with one attempt more."""
        self._touch(delivery.number)
        tried = self.put(delivery.tried(attempt))
        self._bytes += tried.size - delivery.size
        return tried

    def _touch(self, number: int) -> None:
        if self.touched is not None:
            self.touched(number)

    def excess(self) -> Iterator[Delivery]:
        """Take the oldest out while there are too many, or they are too big; the latest stays."""
        while len(self._kept) > MOST or (self._bytes > MOST_BYTES and len(self._kept) > 1):
            oldest = self._kept.pop(self.oldest)
            if self.changed is not None:
                self.changed.add((DELIVERIES, oldest.number))
            self._bytes -= oldest.size
            yield oldest
