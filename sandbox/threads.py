"""The threads that answer: as many as ever, though some wait for receivers of webhooks.

A receiver may call the sandbox before it answers. If all threads waited for receivers, none would
be left for those calls.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from waitress.task import ThreadedTaskDispatcher

THREADS = 32
"""Enough that slow answers do not keep out the admin call that would end them."""
_SPARED = 4
"""So many may wait for receivers with nobody in their place: few calls need a thread more."""
_quiet = logging.Logger("refund-sandbox", logging.ERROR)
"""A queue of some calls is no news, and would fill the log, or a test's report."""


class Threads(ThreadedTaskDispatcher):
    """Those of a server."""

    queue_logger = _quiet

    def __init__(self) -> None:
        super().__init__()
        self._counting = threading.Lock()
        self._waiting = 0
        self._is_over = False
        self.set_thread_count(THREADS)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let another thread take the place of this one, which may wait for receivers.

        Where the machine has none, it goes without.
        """
        self._wait(1)
        try:
            yield
        finally:
            self._wait(-1)

    def _wait(self, more: int) -> None:
        with self._counting:
            before, self._waiting = self._waiting, self._waiting + more
            if max(before, self._waiting) > _SPARED and not self._is_over:
                with suppress(RuntimeError):
                    self.set_thread_count(THREADS + max(0, self._waiting - _SPARED))

    def start_new_thread(self, target: Any, thread_no: int) -> None:
        try:
            super().start_new_thread(target, thread_no)
        except RuntimeError:
            self.threads.discard(thread_no)
            raise

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        with self._counting:
            self._is_over = True
        return bool(super().shutdown(cancel_pending, timeout))
