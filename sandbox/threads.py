"""The threads that answer. Whoever reads a request answers it: most requests change no thread.

One thread leads: it waits for what comes on all connections, and answers it. Where an answer takes
longer, another thread leads meanwhile: at once where a view says that it waits, for receivers of
webhooks or as a scenario wants it; else after 20 ms.

A receiver may call the sandbox before it answers. If all threads waited for receivers, none would
be left for those calls.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, cast

from waitress.task import ThreadedTaskDispatcher

from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import Duration

THREADS = 32
"""At most; enough that slow answers do not keep out the admin call that would end them."""
PATIENCE: Duration = 20_000
"""How long the leader may take for one answer."""
_SPARED = 4
"""So many may wait with nobody in their place: few calls need a thread more."""
_quiet = logging.Logger("refund-sandbox", logging.ERROR)
"""A queue of some calls is no news, and would fill the log, or a test's report."""


class _Leadership(NamedTuple):
    """A turn of leading, to be taken by a thread as other tasks are."""

    service: Callable[[], None]

    def cancel(self) -> None:
        """Nobody leads any longer."""


class Threads(ThreadedTaskDispatcher):
    """Those of a server.

    Attributes:
        ended: set when nobody leads any longer, since the server is to stop.
    """

    queue_logger = _quiet

    def __init__(self, turn: Callable[[], bool], wake: Callable[[], None]) -> None:
        """How the leader reads.

        Args:
            turn: waits for what comes, and adds tasks; it returns whether to go on.
            wake: ends that waiting.
        """
        super().__init__()
        self.ended = threading.Event()
        self._turn, self._wake = turn, wake
        self._counting = threading.Lock()
        self._waiting = 0
        self._is_over = False
        self._ready: deque[Any] = deque()
        self._leading = threading.Lock()
        self._leader: int | None = None
        self._began: Duration | None = None
        self._answered = 0
        self._is_watching = threading.Event()
        self.set_thread_count(1)
        threading.Thread(target=self._watch, name="waitress-watch", daemon=True).start()

    # Who leads ------------------------------------------------------------------------------

    def begin(self) -> None:
        """Let one of these threads lead; never the caller's, which is to see `ended`."""
        super().add_task(cast(Any, _Leadership(self._lead)))

    def _lead(self) -> None:
        """Read and answer, until another thread leads or the server is to stop."""
        me = self._leader = threading.get_ident()
        try:
            while True:
                if not self._ready:
                    if not self._turn():
                        break
                elif not self._answer(self._ready.popleft(), me):
                    return
        except BaseException:
            self._is_over = True
            self.ended.set()
            raise
        self.ended.set()

    def _answer(self, task: Any, me: int) -> bool:
        """Answer a request; whether this thread still leads."""
        self._began = elapsed()
        if not self._is_watching.is_set():
            self._is_watching.set()
        try:
            task.service()
        except Exception:
            self.logger.exception("a request could not be answered")
        with self._leading:
            if self._leader != me:
                return False
            self._began = None
            self._answered += 1
        return True

    @property
    def is_leading(self) -> bool:
        """Whether the thread that asks leads."""
        return self._leader == threading.get_ident()

    def add_task(self, task: Any) -> None:
        """Let a request be answered by whoever leads."""
        self._ready.append(task)
        if not self.is_leading:
            self._wake()

    def _hand_over(self) -> None:
        """Let another thread lead; the caller holds the lock."""
        self._leader = self._began = None
        self.begin()
        with self._counting:
            self._fit()

    def _watch(self) -> None:
        """Let another thread lead where an answer takes too long."""
        answered = -1
        while not self._is_over:
            self._is_watching.wait()
            self.ended.wait(PATIENCE / 1_000_000)
            with self._leading:
                began = self._began
                if began is not None and elapsed() - began > PATIENCE:
                    self._hand_over()
                elif began is None and answered == self._answered:
                    self._is_watching.clear()
                    if self._began is not None:  # (one has begun meanwhile, and saw it set)
                        self._is_watching.set()
                answered = self._answered

    # Waiting --------------------------------------------------------------------------------

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let another thread take the place of this one, which may wait.

        Where the machine has none, it goes without.
        """
        with self._leading:
            if self.is_leading:
                self._hand_over()
        self._wait(1)
        try:
            yield
        finally:
            self._wait(-1)

    def _wait(self, more: int) -> None:
        with self._counting:
            self._waiting += more
            self._fit()

    def _fit(self) -> None:
        """Start a thread where no idle one is there to lead; end those that are too many."""
        if self._is_over:
            return
        with self.lock:
            running = len(self.threads) - self.stop_count
            is_short = len(self.queue) > running - self.active_count
        most = THREADS + max(0, self._waiting - _SPARED)
        if running > most or (is_short and running < most):
            with suppress(RuntimeError):
                self.set_thread_count(min(running + 1, most))

    def start_new_thread(self, target: Any, thread_no: int) -> None:
        try:
            super().start_new_thread(target, thread_no)
        except RuntimeError:
            self.threads.discard(thread_no)
            raise

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        with self._counting:
            self._is_over = True
        self._is_watching.set()
        return bool(super().shutdown(cancel_pending, timeout))
