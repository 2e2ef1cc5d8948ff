"""Reads the user's scenario files anew when they change, so that writing one needs no restart."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from sandbox.engine.reading.files import BadFile, in_folder, one_line
from sandbox.engine.scenarios.files import ENDINGS, WEATHER_FOLDER
from sandbox.engine.scenarios.library import Library
from sandbox.engine.worlds.registry import Worlds

_log = logging.getLogger(__name__)

_PAUSE = 0.3
"""Seconds between two looks."""


class Watch:
    """Looks at some folders, time and again."""

    def __init__(
        self, folders: Sequence[Path], library: Library, worlds: Worlds, say: Callable[[str], None]
    ) -> None:
        """`say` is told of what has been read, and of what could not be."""
        self._folders = folders
        self._library = library
        self._worlds = worlds
        self._say = say
        self._seen = self._look()

    def start(self) -> None:
        """Look from now on, in the background, until the process ends."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(_PAUSE):
            try:
                self.look()
            except Exception:  # the next change is looked at all the same
                _log.exception("--watch")

    def look(self) -> None:
        """Read the scenarios anew if a file has changed since; all of them, or none."""
        now = self._look()
        changed = sorted(p for p in now | self._seen if now.get(p) != self._seen.get(p))
        if not changed:
            return
        names = [path.name if path in now else f"{path.name} (gone)" for path in changed]
        self._seen = now
        try:
            self._library.read_again(self._worlds.default.state.scenarios.vocabulary)
        except BadFile as error:
            self._say(f"Not read, so all stays as it was: {error}")
            return
        off = [
            f"Switched off in the world {standing.world.name}: {reason}"
            for standing in self._worlds.all()
            for reason in standing.world.renew_scenarios()
        ]
        for said in (f"Read anew: {', '.join(names)}", *off):
            self._say(one_line(said))

    def _look(self) -> dict[Path, tuple[int, ...]]:
        """Each file, and what tells a version of it from another. None is opened."""
        files: list[Path] = []
        for folder in (f for each in self._folders for f in (each, each / WEATHER_FOLDER)):
            with suppress(BadFile):  # reading it anew says why
                files += in_folder(folder, *ENDINGS)
        return {path: version for path in files if (version := _version(path))}


def _version(path: Path) -> tuple[int, ...] | None:
    """Its times, of its content and of its permissions, and its size; None if it has just gone."""
    for see in (path.stat, path.lstat):  # a link that leads nowhere is there itself
        try:
            at = see()
        except OSError:
            continue
        return at.st_mtime_ns, at.st_ctime_ns, at.st_size
    return None
