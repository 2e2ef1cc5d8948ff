"""What is kept for whoever reads of what happens."""

import pytest

from sandbox.engine.journal import Entry
from sandbox.engine.time.clock import elapsed
from sandbox.feed import MOST, MOST_BYTES, PATIENCE, Feed
from sandbox.settings import Settings
from tests.kit import serving


def test_lines_are_kept_only_while_somebody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Settings()) as box:
        assert box.app is not None
        feed: Feed = box.app.extensions["sandbox.feed"]
        box.lahza.get("/refund")
        assert not feed.is_read
        first = box.admin.get("/log").json()
        assert first == {"lines": [], "last": 0, "missed": 0}
        box.lahza.get("/refund")
        (line,) = box.admin.get("/log?after=0&bodies=true").json()["lines"]
        assert (line["path"], line["status"], line["sent"]) == ("/refund", 200, None)
        assert box.anyone.get("/w/other/_sandbox/log?after=0").json()["lines"] == []
        assert box.admin.get("/log?after=77").json() == {"lines": [], "last": 1, "missed": 0}
        assert box.admin.get("/log?after=first").json()["field"] == "after"
        later = elapsed() + PATIENCE + 1
        monkeypatch.setattr("sandbox.feed.elapsed", lambda: later)
        box.lahza.get("/refund")
        assert not feed.is_read


def test_what_is_kept_for_a_reader_is_bounded_by_number_and_bytes() -> None:
    feed = Feed()
    feed.read(to_print=True)
    for number in range(MOST + 10):
        feed.tell("default", lambda number=number: str(number))  # type: ignore[misc]
    news = feed.read(3)
    assert (len(news.events), news.events[-1], news.missed) == (MOST, ("default", str(MOST + 9)), 7)
    body = b"x" * 60_000
    entry = Entry(1, 0, None, "GET", "/", "", (), body, 200, b"", None, 0)
    for _ in range(MOST):
        feed.tell("default", lambda: entry)
    assert len(feed.read(0).events) == MOST_BYTES // len(body)
