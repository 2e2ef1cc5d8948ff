"""Lines of the log as they are printed, and the thread that prints those of `serve`.

What they are printed from are the JSON objects of `GET /_sandbox/log`.
"""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

if TYPE_CHECKING:
    from sandbox.feed import Feed, News

_log = logging.getLogger(__name__)

Line: TypeAlias = Mapping[str, Any]

_PAUSE = 0.05
"""Seconds between two writes: a line that is late by that much costs less than one by one would."""
_LOOK = 1
"""Seconds after which worlds whose clock runs are looked at, though nothing is printed."""
_LAST_WORDS = 2
"""Seconds for the last lines, where the reader is slow."""
DIM, RED, GREEN, YELLOW = 2, 31, 32, 33


def printer(stream: TextIO, as_json: bool) -> Callable[[Line], str]:
    """What makes a line into text for a stream, in colour where that is a terminal.

    NO_COLOR (https://no-color.org) forbids colour.
    """
    if as_json:
        return json.dumps
    dumb = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return in_colour if stream.isatty() and not dumb else text


def text(line: Line) -> str:
    """A line without colour."""
    return _told(line, _plain)


def in_colour(line: Line) -> str:
    """A line with a terminal's colours (ECMA-48)."""
    return _told(line, _coloured)


def dropped(count: int) -> Line:
    """A line on those that are lost, as the reader was too slow."""
    return {"type": "dropped", "count": count, "text": f"… {count} lines dropped"}


Paint: TypeAlias = Callable[[str, int], str]


def _plain(word: str, _: int) -> str:
    return word


def _coloured(word: str, colour: int) -> str:
    return f"\x1b[{colour}m{word}\x1b[0m"


def _told(line: Line, paint: Paint) -> str:
    kind = line["type"]
    if kind in ("note", "dropped"):
        return paint(_escaped(line["text"]), DIM)
    at, world = line["at"], line["world"]
    words = [paint(f"{at[:10]} {at[11:19]}", DIM)]
    if world != "default":
        words.append(f"w/{world}")
    words.append(f"{line['provider'] or 'sandbox':7}")
    if kind == "transition":
        was = f"{line['from']} → " if line["from"] else ""
        words += [f"{line['kind']} {_escaped(line['subject'])}", was + line["to"]]
        return "  ".join(words)
    if kind == "request":
        words.append(f"{line['method']} {_escaped(line['path'])}")
        status = str(line["status"] or "cut")
    else:
        words.append(f"{line['event']} {_escaped(line['subject'])} → {_escaped(line['url'])}")
        status = _escaped(line["error"] or str(line["status"]))
    colour = _COLOURS.get(status[:1], RED)
    words += [paint(status, colour), f"{line['duration_ms']:.1f} ms"]
    if line["why"]:
        words.append(paint(_escaped(line["why"]), colour))
    said = "  ".join(words)
    for key in ("hint", "sent", "answered"):
        if line.get(key):
            said += f"\n    {paint(key, DIM)}  {_escaped(line[key])}"
    return said


_COLOURS = {"2": GREEN, "3": GREEN, "4": YELLOW}
"""By the first digit of a status."""


def _escaped(said: str) -> str:
    """Text on one line that moves no cursor: paths, bodies and messages are anybody's."""
    if said.isprintable():
        return said
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in said)


class Writer:
    """Prints what happens, in a thread of its own: a reader that is slow delays no answer.

    What it could not print in time is counted in a line.
    """

    def __init__(
        self,
        feed: "Feed",
        line_of: Callable[[str, object], Line],
        shown: Callable[[Line], str],
        stream: TextIO,
        look: Callable[[], None],
    ) -> None:
        """What it prints, and where.

        Args:
            feed: what happens.
            line_of: makes a line of what has happened in a world.
            shown: makes text of a line.
            stream: which is written to past Python's own buffer: that can't be shared with a
                thread that a slow reader holds up while the process ends.
            look: is called when there has been nothing for a second.
        """
        self._feed, self._line_of, self._shown, self._look = feed, line_of, shown, look
        self._file, self._encoding = stream.fileno(), stream.encoding
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)

    def start(self) -> None:
        """Print from now on."""
        self._last = self._feed.read(to_print=True).last
        self._thread.start()

    def say(self, note: str) -> None:
        """Print a note among the lines."""
        self._feed.tell("", lambda: note)

    def end(self) -> None:
        """Print what is left, if the reader takes it, and no more."""
        self._is_over.set()
        self._feed.much.set()
        self._feed.more.set()
        self._thread.join(_LAST_WORDS)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            is_last = self._is_over.is_set()
            try:
                if is_last or self._feed.more.wait(_LOOK):
                    self._feed.much.wait(0 if is_last else _PAUSE)
                    self._print()
                else:
                    self._look()
            except OSError:  # nobody reads any longer
                self._feed.stop()
                return
            except Exception:  # the next line is printed all the same
                _log.exception("the log")

    def _print(self) -> None:
        news = self._feed.read(self._last, to_print=True)
        self._last = news.last
        lines = [dropped(news.missed)] if news.missed else []
        self._write("".join(f"{self._shown(line)}\n" for line in chain(lines, self._told(news))))

    def _told(self, news: "News") -> Iterator[Line]:
        return (self._line_of(world, event) for world, event in news.events)

    def _write(self, said: str) -> None:
        left = memoryview(said.encode(self._encoding, "backslashreplace"))
        while left:
            try:
                left = left[os.write(self._file, left) :]
            except BlockingIOError:  # a terminal that is shared with who wants it so
                if self._is_over.wait(_PAUSE):
                    return
