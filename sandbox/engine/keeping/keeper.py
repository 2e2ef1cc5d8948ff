"""All worlds of a server, kept: which there are, and what is done in the background."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from weakref import WeakSet

from sandbox.engine.keeping.codec import Codec
from sandbox.engine.keeping.file import File
from sandbox.engine.keeping.kept import Kept
from sandbox.engine.keeping.schema import reason
from sandbox.engine.provider.model import Model
from sandbox.engine.time.clock import Start

_log = logging.getLogger(__name__)

EVERY, SOON = 1.0, 0.02
"""Seconds between two looks at what there is to do, or where there is more."""


class Keeper:
    """Keeps worlds in the file of a folder, until it is closed."""

    def __init__(
        self, folder: Path, models: Mapping[str, Model], durability: str = "process"
    ) -> None:
        """Open the file.

        Raises:
            Unusable: it can't be.
        """
        self.file = File(folder, durability)
        self.found = self.names()
        """The worlds that were there when it was opened."""
        self._models = models
        self._kept: WeakSet[Kept] = WeakSet()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def names(self) -> list[str]:
        """Of the worlds that there are."""
        return [name for name, _, _ in self.file.worlds()]

    def of(self, name: str, start: Start) -> Kept:
        """What keeps a world: one that there is, or one that begins."""
        codec = Codec(lambda _: 0, lambda _: None)
        layers = {each: (layer, text) for each, layer, text in self.file.worlds()}
        layer, text = layers.get(name, (None, None))
        begun = start if text is None else Start(*codec.value(text))
        kept = Kept(self.file, self._models, name, layer, begun)
        with self._lock:
            self._kept.add(kept)
        return kept

    def start(self) -> None:
        """Begin what is done in the background."""
        self._thread = threading.Thread(target=self._tend, name="keeper", daemon=True)
        self._thread.start()

    def _tend(self) -> None:
        is_more, is_well = False, True
        while not self._over.wait(SOON if is_more else EVERY):
            self._flush()
            try:
                is_more, is_well = self.file.tend(), True
            except sqlite3.Error as error:
                if is_well:
                    _log.error("%s %s", self.file.path, reason(error))
                is_more, is_well = False, False

    def _flush(self) -> None:
        """Keep the requests of all worlds; no name of `_tend`, which waits, holds one that goes."""
        with self._lock:
            there = list(self._kept)
        for kept in there:
            kept.flush()

    def close(self) -> None:
        """End what is done in the background, and let go of the file."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.file.close()
