"""Tells a page that something has happened in its world, by Server-Sent Events.

A stream ends with its first event, and the browser opens the next one a second later: so a tab
makes at most one request a second, and while nothing happens but one in `PATIENCE`.
"""

import threading

from flask import Request, Response

from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND
from sandbox.engine.worlds.world import World
from sandbox.feed import PATIENCE as KEPT
from sandbox.feed import Feed

PATIENCE = 25 * SECOND
"""So long a stream waits."""
MOST = 100
"""Streams that wait at once; a tab more is told to come again later."""
_LATER = 5
"""Seconds after which it does."""
_LOOK = KEPT / SECOND / 2
"""Seconds between two looks, so that what happens meanwhile is kept."""
_PAUSE = 0.25
"""Seconds for which a stream rests when it was woken up for another world."""


class Streams:
    """Those of a server."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._free = threading.Semaphore(MOST)

    def answer(self, world: World, request: Request) -> Response:
        """Wait until something happens in a world after the event that the page knows."""
        asked = request.headers.get("Last-Event-ID") or request.args.get("after", "")
        after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
        if not self._free.acquire(blocking=False):
            self._feed.read()  # (what happens until it comes again is kept)
            return _events(f"retry: {_LATER * 1000}\n\n")
        try:
            happened, last = self._wait(world, after)
        finally:
            self._free.release()
        event = f"event: change\ndata: {last}\n" if happened else ":\n"
        return _events(f"retry: 1000\nid: {last}\n{event}\n")

    def _wait(self, world: World, after: int | None) -> tuple[bool, int]:
        """Whether something has happened by now, and the number of the latest event."""
        feed, until = self._feed, elapsed() + PATIENCE
        while True:
            world.process_due()
            news = feed.read(after)
            happened = news.missed > 0 or any(name == world.name for name, _ in news.events)
            left = (until - elapsed()) / SECOND
            if happened or left <= 0 or world.is_closed or feed.over.is_set():
                return happened, news.last
            if news.events:
                feed.over.wait(_PAUSE)
            after = news.last
            due = world.seconds_to_next()
            soonest = _LOOK if due is None else max(due, _PAUSE)
            feed.wait(after, min(left, _LOOK, soonest))


def _events(text: str) -> Response:
    response = Response(text, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    return response
