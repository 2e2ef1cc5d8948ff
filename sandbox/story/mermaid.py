"""A story as text: a sequence diagram of Mermaid's (https://mermaid.js.org)."""

import re
from collections.abc import Iterator

from sandbox.engine.values.instants import DAY, SECOND, Instant, iso
from sandbox.story.events import Event, Story, short
from sandbox.story.layout import plain

_MARKS = re.compile('[#;%$<>{}`\\\\&"]')
"""What means something to Mermaid, or to the page that it is shown in."""
_LONGEST = 200
"""Characters of a line; Mermaid makes its picture as wide as the longest."""


def mermaid(story: Story) -> str:
    """The diagram."""
    return "".join(f"{line}\n" for line in _lines(story))


def _lines(story: Story) -> Iterator[str]:
    yield "sequenceDiagram"
    yield f"    title Story: {_escaped(story.title)}"
    lanes = [lane.id for lane in story.lanes] or ["world"]
    for lane in story.lanes:
        yield f"    participant {lane.id} as {_escaped(lane.name)}"
    if not story.lanes:
        yield "    participant world as The world"
    over = f"    Note over {','.join(dict.fromkeys((lanes[0], lanes[-1])))}: "
    for note in story.notes:
        yield over + _escaped(note)
    last: Instant | None = None
    for event in story.events:
        if event.at != last:
            yield over + _moment(event.at, last)
            last = event.at
        said = _escaped(short(event.said, _LONGEST))
        if event.source is None or event.target is None:
            yield over + said
        elif event.source == event.target:
            yield f"    Note over {event.source}: {said}"
        else:
            yield f"    {event.source}{_arrow(event)}{event.target}: {said}"


def _arrow(event: Event) -> str:
    if event.broken:
        return "--x"
    return "-)" if event.type == "webhook" else "->>"


def _moment(at: Instant, last: Instant | None) -> str:
    """A moment; on the day of the one before, its time alone."""
    digits = 0 if at % SECOND == 0 else 3
    text = iso(at, digits)
    return text[11:-1] if last is not None and at // DAY == last // DAY else text


def _escaped(text: str) -> str:
    """A text in which nothing is Mermaid's own."""
    return _MARKS.sub(lambda mark: f"#{ord(mark[0])};", plain(text))
