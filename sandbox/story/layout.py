"""Where everything stands in the picture of a story: lanes, a time axis, and a row for each event.

The axis is not to scale: what happens at one moment stands close together, and time in which
nothing happens is folded into a break.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from sandbox.engine.values.instants import DAY, MINUTE, SECOND, Instant, iso
from sandbox.story.events import BANK, ENDPOINT, Event, Story, lasting

WIDTH = 1040
"""Of the picture, in pixels, however much happens."""
AXIS = 124
_LEFT, _RIGHT = AXIS + 90, WIDTH - 90
_EDGE = 16
_BREAK = 10 * MINUTE
"""Of this long, in which nothing happens, and of longer, there is a break in the axis."""
_CHARACTER, _WIDE = 7.4, 13.0
"""How much room a character of 12 pixels takes at most: one of a typewriter's, and any other."""
_TYPED = frozenset("→·…–×≥≤")
_LINE = 16
_ARROW, _STATE, _BAND, _DAY, _FOLD = 40, 26, 30, 28, 26
"""The heights of rows."""
_NAMED_AGAIN = 25
"""After so many rows the lanes are named again: one has scrolled past their names."""

Style = Literal["title", "note", "lane", "time", "day", "fold", "event"]
Place = Literal["arrow", "state", "band"]


class Text(NamedTuple):
    """A line of text; `y` is its base line, `x` its start, or its middle if it is centred.

    Attributes:
        text: what is shown.
        marks: likewise, behind it.
    """

    x: float
    y: float
    text: str
    style: Style
    marks: str = ""
    centred: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The room it takes: left, top, right, bottom."""
        width = width_of(self.text + self.marks)
        left = self.x - width / 2 if self.centred else self.x
        return left, self.y - 12, left + width, self.y + 4


class Row(NamedTuple):
    """A row of an event.

    Attributes:
        top, height: where it is.
        place: what is drawn.
        start, end: between which points; a state has one.
    """

    event: Event
    top: float
    height: float
    place: Place
    start: float
    end: float
    text: Text

    @property
    def line(self) -> float:
        """The height at which its arrow runs, or its point stands."""
        return self.top + (26 if self.place == "arrow" else self.height / 2)


class Picture(NamedTuple):
    """Where everything stands.

    Attributes:
        height: of it all.
        lanes: the points of the lanes on the left-right axis.
        top, bottom: between which they run.
        folds: the heights of the breaks.
        ticks: the heights at which a moment is named.
        texts: all but those of the rows.
    """

    height: float
    lanes: Sequence[float]
    top: float
    bottom: float
    folds: Sequence[float]
    ticks: Sequence[float]
    rows: Sequence[Row]
    texts: Sequence[Text]


def width_of(text: str) -> float:
    """How much room a text takes at most."""
    return sum(_CHARACTER if c.isascii() or c in _TYPED else _WIDE for c in text)


def fitting(text: str, room: float) -> str:
    """A text, its end left out where there is no room for it."""
    if width_of(text) <= room:
        return text
    room -= _CHARACTER
    for n, character in enumerate(text):
        room -= width_of(character)
        if room < 0:
            return f"{text[:n]}…"
    return text


def plain(text: str) -> str:
    """A text on one line that shows each character: none turns it round, or is not of XML."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class _Column:
    """What stands left of the axis: days, moments, and breaks. It goes down as it is used."""

    def __init__(self, y: float) -> None:
        self.y = y
        self.texts: list[Text] = []
        self.folds: list[float] = []
        self.ticks: list[float] = []
        self._last: Instant | None = None
        self._shown = ""

    def go_to(self, at: Instant) -> None:
        """Go to a moment, through a break if it is far, and to a new day."""
        last, self._last = self._last, at
        gap = 0 if last is None else at - last
        if gap >= _BREAK:
            self.folds.append(self.y + _FOLD / 2)
            self.texts.append(Text(_EDGE, self.y + _FOLD / 2 + 4, f"+{lasting(gap)}", "fold"))
            self.y += _FOLD
        elif gap >= SECOND:
            self.y += 6
        if last is None or at // DAY != last // DAY:
            self.texts.append(Text(_EDGE, self.y + 18, iso(at)[:10], "day"))
            self.y += _DAY
            self._shown = ""

    def name(self, at: Instant, y: float) -> None:
        """Name a moment, unless the one above is the same."""
        shown = iso(at, 0 if at % SECOND == 0 else 3)[11:-1]
        if shown != self._shown:
            self._shown = shown
            self.texts.append(Text(_EDGE, y + 4, shown, "time"))
            self.ticks.append(y)


def lay_out(story: Story) -> Picture:
    """Find a place for everything."""
    lanes = list(_lanes(story))
    points = {lane.id: x for lane, x in zip(story.lanes, lanes, strict=True)}
    texts = [Text(_EDGE, 30, fitting(f"Story: {plain(story.title)}", 800), "title")]
    y = 52.0
    for note in story.notes:
        texts.append(Text(_EDGE, y, note, "note"))
        y += _LINE + 4
    texts += _names(story, lanes, y + 14)
    top = y + 32
    column, rows = _Column(top + 4), []
    for number, event in enumerate(story.events):
        if number and number % _NAMED_AGAIN == 0:
            texts += _names(story, lanes, column.y + 18)
            column.y += _DAY
        column.go_to(event.at)
        row = _row(event, column.y, points)
        column.name(event.at, row.line if row.place != "arrow" else row.text.y - 4)
        rows.append(row)
        column.y += row.height
    bottom = column.y + 8
    height = bottom + 16
    if len(rows) > _NAMED_AGAIN / 2:
        texts += _names(story, lanes, bottom + 22)
        height += 28
    texts += column.texts
    return Picture(height, lanes, top, bottom, column.folds, column.ticks, rows, texts)


def _lanes(story: Story) -> Iterator[float]:
    """As far apart as can be; right of a lane that has states of its own there is room for them."""
    count = len(story.lanes)
    is_narrow = count > 1 and story.lanes[-1].id in (BANK, ENDPOINT)
    step = (_RIGHT - _LEFT) / max(count - is_narrow, 1)
    return (_LEFT + step * n for n in range(count))


def _names(story: Story, lanes: Sequence[float], y: float) -> list[Text]:
    return [
        Text(x, y, plain(lane.name), "lane", centred=True)
        for lane, x in zip(story.lanes, lanes, strict=True)
    ]


def _row(event: Event, top: float, points: dict[str, float]) -> Row:
    source, target = event.source, event.target
    if source is None or target is None:
        place: Place = "band"
        height, start, end = _BAND, AXIS + 12.0, WIDTH - _EDGE - 0.0
        x, y = start + 12, top + _BAND / 2 + 4
    elif source == target:
        place, height, start, end = "state", _STATE, points[source], points[source]
        x, y = start + 14, top + _STATE / 2 + 4
    else:
        place, height, start, end = "arrow", _ARROW, points[source], points[target]
        x, y = min(start, end) + 12, top + 18
    room = WIDTH - _EDGE - x - 8
    marks = "".join(f" · {plain(mark)}" for mark in event.marks)
    marks = fitting(marks, room * 2 / 3)
    text = fitting(plain(event.text), room - width_of(marks))
    return Row(event, top, height, place, start, end, Text(x, y, text, "event", marks))
