"""Lets a running world's time pass by itself: webhooks must go out though nobody calls."""

import threading
from collections.abc import Callable


class Alarm:
    """Settles a world at the moment when something is due next.

    Everything else that happens can wait for the next request, which settles first; so there is
    no such thread until a webhook has an address.
    """

    def __init__(
        self, seconds_to_next: Callable[[], float | None], ring: Callable[[], None]
    ) -> None:
        self._seconds_to_next = seconds_to_next
        self._ring = ring
        self._changed = threading.Event()
        self._over = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, if it has not begun."""
        if self._thread is None:
            thread = threading.Thread(target=self._run, daemon=True)
            thread.start()  # (raises where the machine has none left)
            self._thread = thread

    def wake(self) -> None:
        """Look anew at what is due next."""
        self._changed.set()

    def stop(self) -> None:
        """End for good."""
        self._over = True
        self._changed.set()

    def _run(self) -> None:
        while True:
            self._changed.clear()
            if self._over:  # (looked at after that, or the end might be missed)
                return
            seconds = self._seconds_to_next()
            if seconds is None or seconds > 0:
                self._changed.wait(None if seconds is None else min(seconds, threading.TIMEOUT_MAX))
            else:
                self._ring()
