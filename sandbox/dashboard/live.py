"""Tells a page that something has happened in its world, by Server-Sent Events.

A stream ends with its first event, and the browser opens the next one a second later: so a tab
makes at most one request a second, and while nothing happens but one in `PATIENCE`.
"""

import threading

from flask import Request, Response

from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND
from sandbox.engine.worlds.world import World
from sandbox.feed import Feed

PATIENCE = 25 * SECOND
"""So long a stream waits."""
MOST = 100
"""Streams that wait at once; a tab more is told to come again later."""
_LOOK = 0.5
"""Seconds between two looks at a running clock."""
_waiting = threading.Semaphore(MOST)


def stream(feed: Feed, world: World, request: Request) -> Response:
    """Wait until something happens in a world after the event that the page knows."""
    asked = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else None
    if not _waiting.acquire(blocking=False):
        return _events("retry: 10000\n\n")
    try:
        until = elapsed() + PATIENCE
        while True:
            news = feed.read(after)
            happened = news.missed or any(name == world.name for name, _ in news.events)
            after = news.last
            if happened or elapsed() > until or world.is_closed:
                break
            feed.wait(after, _LOOK)
            world.process_due()
    finally:
        _waiting.release()
    event = f"event: change\ndata: {after}\n" if happened else ":\n"
    return _events(f"retry: 1000\nid: {after}\n{event}\n")


def _events(text: str) -> Response:
    response = Response(text, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    return response
