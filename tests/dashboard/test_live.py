"""Streams tell a page that something has happened in its world."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from sandbox.dashboard import live
from sandbox.dashboard.live import MOST
from sandbox.feed import Feed
from sandbox.settings import Settings
from tests.dashboard.visiting import HOME, Visitor
from tests.kit import Box, serving


@pytest.fixture
def alone() -> Iterator[Box]:
    """A sandbox that nobody else calls."""
    with serving(Settings()) as box:
        yield box


def address(page: str) -> str:
    """Of the stream that a page opens."""
    match = re.search(r'data-live="([^"]+)"', page)
    assert match is not None
    return match[1]


def listen(pool: ThreadPoolExecutor, url: str) -> Future[requests.Response]:
    return pool.submit(requests.get, url, timeout=60)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Counts the streams that have begun to wait."""
    begun, wait = threading.Semaphore(0), Feed.wait

    def counted(feed: Feed, after: int, seconds: float) -> None:
        begun.release()
        wait(feed, after, seconds)

    monkeypatch.setattr(Feed, "wait", counted)
    return begun


def test_a_stream_tells_of_its_own_world(alone: Box, waiting: threading.Semaphore) -> None:
    page = Visitor(alone.url).see("world/time")
    with ThreadPoolExecutor() as pool:
        told = listen(pool, alone.url + address(page))
        assert waiting.acquire(timeout=30)
        alone.lahza.get("/w/other/refund")
        assert not told.done()
        alone.lahza.get("/refund")
        answer = told.result(60)

    assert answer.headers["Content-Type"] == "text/event-stream"
    assert "event: change" in answer.text
    known = re.search(r"^id: (\d+)$", answer.text, re.MULTILINE)
    assert known is not None
    alone.admin.post("/clock/advance", {"by": "1s"})
    again = requests.get(alone.url + address(page), headers={"Last-Event-ID": known[1]}, timeout=60)
    assert "event: change" in again.text


def test_while_nothing_happens_a_stream_ends_by_itself(
    alone: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0)
    page = Visitor(alone.url).see("world/time")
    answer = requests.get(alone.url + address(page), timeout=60)

    assert answer.status_code == 200
    assert "event: change" not in answer.text
    assert "retry: 1000" in answer.text


def test_a_page_that_is_missing_is_no_news(alone: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0)
    visitor = Visitor(alone.url)
    page = visitor.see("world/time")
    assert visitor.get("world/nothing").status_code == 404
    assert "event: change" not in requests.get(alone.url + address(page), timeout=60).text
    visitor.send("world/time", move="freeze")
    assert "event: change" in requests.get(alone.url + address(page), timeout=60).text


def test_many_streams_keep_nobody_out(waiting: threading.Semaphore) -> None:
    with serving(Settings()) as box, ThreadPoolExecutor(MOST) as pool:
        stream = box.url + address(Visitor(box.url).see("world/time"))
        told = [listen(pool, stream) for _ in range(MOST)]
        for _ in range(MOST):
            assert waiting.acquire(timeout=60)
        assert box.admin.get("/health").status_code == 200
        assert "retry: 5000" in requests.get(stream, timeout=60).text
        assert not any(each.done() for each in told)
        assert box.lahza.get("/refund").status_code == 200
        for each in told:
            assert "event: change" in each.result(60).text


def test_streams_end_when_the_server_stops(waiting: threading.Semaphore) -> None:
    with ThreadPoolExecutor() as pool:
        with serving(Settings()) as box:
            told = listen(pool, box.url + address(Visitor(box.url).see("world/time")))
            assert waiting.acquire(timeout=30)
        assert "event: change" not in told.result(30).text


def test_what_is_due_by_itself_is_told(alone: Box) -> None:
    alone.admin.put("/clock", {"mode": "frozen"})
    refund = alone.lahza_refund(alone.transaction()).json()["data"]["id"]
    alone.admin.put("/clock", {"mode": "realtime", "rate": 3600})
    page = Visitor(alone.url).see("world/time")
    with ThreadPoolExecutor() as pool:
        told = listen(pool, alone.url + address(page))
        assert "event: change" in told.result(60).text
    assert alone.lahza_status(refund) in ("processing", "processed")


def test_a_world_that_is_removed_ends_its_streams(alone: Box, waiting: threading.Semaphore) -> None:
    inside = Visitor(f"{alone.url}/w/gone")
    page = inside.see("world/time")
    with ThreadPoolExecutor() as pool:
        told = listen(pool, alone.url + address(page))
        assert waiting.acquire(timeout=30)
        assert alone.admin.delete("/worlds/gone").status_code == 200
        assert told.result(30).status_code == 200
    assert HOME in address(page)
