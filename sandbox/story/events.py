"""What a story is made of: events between lanes, in the order of the world's time."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from sandbox.engine.values.instants import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration, Instant

Type: TypeAlias = Literal["request", "state", "webhook", "clock", "scenario"]
Tone: TypeAlias = Literal["plain", "good", "odd", "bad"]

APP, BANK, ENDPOINT = "app", "bank", "endpoint"
LANES = {APP: "Your app", BANK: "Payers and banks", ENDPOINT: "Webhook endpoint"}
"""The lanes that are no provider's, with their names."""


class Event(NamedTuple):
    """Something that happened.

    Attributes:
        at: when, in the world's time.
        tick: its place among all that happened.
        text: what, in few words.
        source, target: the lanes it leads from and to; None for both: it is the whole world's.
        tone: how it went.
        marks: what was odd about it, each in few words.
        more: what else there is to know, line by line.
        provider: whose it is, if it is anybody's.
        status: of an answer, if one came.
        was, became: the states of a change of state (`was` None: it is new).
        broken: whether it never reached its target.
    """

    at: Instant
    tick: int
    type: Type
    text: str
    source: str | None = None
    target: str | None = None
    tone: Tone = "plain"
    marks: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    provider: str | None = None
    subject: str | None = None
    status: int | None = None
    was: str | None = None
    became: str | None = None
    broken: bool = False

    @property
    def said(self) -> str:
        """All of it on one line."""
        return " · ".join((self.text, *self.marks))


class Lane(NamedTuple):
    """One who takes part."""

    id: str
    name: str


class Story(NamedTuple):
    """What happened in a world.

    Attributes:
        title: what it is the story of.
        lanes: those who take part, in their order.
        events: oldest first.
        left_out: how many events there are before these.
        dropped: how many requests, changes and webhooks are kept no longer, whoever's.
    """

    title: str
    lanes: Sequence[Lane]
    events: Sequence[Event]
    left_out: int
    dropped: int

    @property
    def notes(self) -> list[str]:
        """What is to be said of what it leaves out."""
        notes = []
        if self.left_out:
            are = "event is" if self.left_out == 1 else "events are"
            notes.append(f"{self.left_out} earlier {are} left out")
        if self.dropped:
            notes.append(f"of what came before, {self.dropped} entries are kept no longer")
        if not self.events:
            notes.append("nothing has happened yet")
        return notes


def lanes_of(events: Sequence[Event], providers: Sequence[str]) -> list[Lane]:
    """The lanes that events use, in their order."""
    used = {lane for event in events for lane in (event.source, event.target)}
    names = {APP: LANES[APP], **{name: name.title() for name in providers}, **LANES}
    order = (APP, *providers, BANK, ENDPOINT)
    return [Lane(lane, names[lane]) for lane in order if lane in used]


_UNITS = (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND), ("ms", MILLISECOND))


def lasting(duration: Duration) -> str:
    """How long something took, in its two largest units: `2 d 3 h`."""
    parts: list[str] = []
    for unit, size in _UNITS:
        count, duration = divmod(duration, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(filter(None, parts[:2])) or "0 s"


def short(text: str, most: int) -> str:
    """A text, its end cut off where it is longer than that."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
