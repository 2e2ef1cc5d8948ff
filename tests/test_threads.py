"""Who reads and answers: the thread that leads, until it waits."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import pytest

from sandbox.threads import Threads

GUARD = 20
"""Seconds, against hanging."""


class Task:
    """Something to do, and the thread that did it."""

    def __init__(self, work: Callable[[], object] = lambda: None) -> None:
        self._work = work
        self.by: SimpleQueue[int] = SimpleQueue()

    def service(self) -> None:
        self.by.put(threading.get_ident())
        self._work()

    def cancel(self) -> None:
        pass

    @property
    def thread(self) -> int:
        return self.by.get(timeout=GUARD)


@contextmanager
def leading() -> Iterator[tuple[Threads, Callable[[Task], None]]]:
    """Threads, one of which leads, and what brings it a task to read."""
    read: SimpleQueue[Task | None] = SimpleQueue()

    def turn() -> bool:
        task = read.get()
        if task is not None:
            threads.add_task(task)
        return task is not None

    threads = Threads(turn, lambda: None)
    threads.begin()
    try:
        yield threads, read.put
    finally:
        read.put(None)
        assert threads.ended.wait(GUARD)
        threads.shutdown(timeout=1)


def test_whoever_reads_a_task_does_it_also_after_one_that_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> Any:
        raise ValueError

    with leading() as (_, read):
        tasks = [Task(), Task(fail), Task()]
        for task in tasks:
            read(task)
        assert len({task.thread for task in tasks}) == 1
    assert "a request could not be answered" in caplog.text


def test_another_thread_leads_while_one_waits_or_takes_long() -> None:
    go_on = threading.Event()

    with leading() as (threads, read):

        def wait_for_others() -> None:
            with threads.waiting():
                go_on.wait(GUARD)

        slow = [Task(wait_for_others), Task(lambda: go_on.wait(GUARD)), Task()]
        for task in slow:
            read(task)
        assert len({task.thread for task in slow}) == 3
        go_on.set()


def test_threads_are_started_when_one_is_needed() -> None:
    go_on = threading.Event()
    with leading() as (threads, read):
        assert len(threads.threads) == 1
        waiting = [Task(lambda: go_on.wait(GUARD)) for _ in range(4)]
        for task in waiting:
            read(task)
        assert len({task.thread for task in waiting}) == 4
        assert 3 <= len(threads.threads) <= 5
        go_on.set()
