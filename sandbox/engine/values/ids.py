"""The one source of ids and made-up data: seeded, and separate for each kind of thing.

The n-th id of a kind depends on (seed, kind, n) alone, so an extra read changes no later id.
"""

import random
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")


def uuid_of(text: str) -> str:
    """A lower-case UUID (version 4 in form) that is always the same for a text."""
    digest = blake2b(text.encode(), digest_size=16).hexdigest()
    variant = _VARIANTS[digest[16]]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:]}"


_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


class Draws:
    """Draws from the digest of a text, at most some 200 bits.

    `random.Random` takes longer to seed than a document to make.
    """

    __slots__ = ("_bits",)

    def __init__(self, text: str) -> None:
        self._bits = int.from_bytes(blake2b(text.encode(), digest_size=32).digest())

    def randrange(self, start: int, stop: int | None = None) -> int:
        """A number below `start`; with `stop`, one from `start` on and below `stop`."""
        low, width = (0, start) if stop is None else (start, stop - start)
        self._bits, drawn = divmod(self._bits, width)
        return low + drawn

    def choice(self, of: Sequence[T]) -> T:
        """One of them."""
        self._bits, n = divmod(self._bits, len(of))
        return of[n]


def random_of(text: str) -> Draws:
    """What always draws the same for a text: for made-up details of a known id."""
    return Draws(text)


@cache
def phrases() -> Sequence[str]:
    """What made-up documents say of themselves, made with Faker: always the same ones."""
    from faker import Faker  # (190 ms, and few starts need it)

    faker = Faker()
    faker.seed_instance(1)
    return tuple(faker.catch_phrase() for _ in range(1000))


def fresh_seed() -> int:
    """A seed that no other call returns, nor one in another process."""
    return random.SystemRandom().randrange(1, 10**18)


_SMALL = bytes(97 + byte % 26 for byte in range(256))
_MIXED = bytes((65, 97)[byte % 52 // 26] + byte % 26 for byte in range(256))


class Ids:
    """Ids drawn from a seed, each kind counted by itself. Safe to share between threads."""

    def __init__(self, seed: int, drawn: Mapping[str, int] = MappingProxyType({})) -> None:
        """`drawn` is how many there have been, by kind."""
        self.seed = seed
        self._drawn = dict(drawn)
        self._lock = threading.Lock()

    def copy(self) -> "Ids":
        """The same ids to come."""
        return Ids(self.seed, self.drawn)

    @property
    def drawn(self) -> dict[str, int]:
        """How many there have been, by kind."""
        with self._lock:
            return dict(self._drawn)

    def _next(self, kind: str) -> int:
        with self._lock:
            n = self._drawn.get(kind, 0)
            self._drawn[kind] = n + 1
        return n

    def _digest(self, kind: str) -> bytes:
        return blake2b(f"{self.seed}/{kind}/{self._next(kind)}".encode()).digest()

    def uuid(self, kind: str) -> str:
        """The next UUID of a kind."""
        return uuid_of(f"{self.seed}/{kind}/{self._next(kind)}")

    def number(self, kind: str, first: int) -> int:
        """The next number of a kind, one more each time; of seed 0 the first is `first`.

        Another seed begins somewhere in the 400 million behind it, so that the numbers of two
        seeds hardly meet.
        """
        start = blake2b(f"{self.seed}/{kind}".encode(), digest_size=8).digest()
        offset = int.from_bytes(start) % 400_000_000 if self.seed else 0
        return first + offset + self._next(kind)

    def letters(self, kind: str, length: int, mixed: bool = False) -> str:
        """The next string of letters of a kind: small ones, or both small ones and capitals."""
        return self._digest(kind)[:length].translate(_MIXED if mixed else _SMALL).decode()

    def hex(self, kind: str, length: int) -> str:
        """The next string of hexadecimal digits of a kind."""
        return self._digest(kind).hex()[:length]

    def seed_for(self, given: int | None) -> str:
        """A seed for making things up: the given one's, or the next of this world's."""
        return f"given/{given}" if given is not None else self._digest("seed").hex()
