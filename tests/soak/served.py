"""A server in a process of its own, and what it takes of the machine."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

PATIENCE = 30
"""Seconds that it may take to start, to come to rest, and to end."""

_GONE = re.compile(r"world \S+ is gone, .*SANDBOX_WORLDS")
"""What the log says of worlds that go since there are too many: as they shall."""
MALLOC = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "16384",
    "MALLOC_TRIM_THRESHOLD_": "65536",
}
"""Lets glibc give memory back as soon as it is freed. Else its pools grow by a half over some
20,000 calls, and a little for hours, while what the server holds stays as it is."""


class Taken(NamedTuple):
    """What a process has: bytes in memory (`own`: that no other process shares), and numbers."""

    own: int
    resident: int
    threads: int
    files: int


class Served:
    """A server that runs.

    Attributes:
        port: where it listens.
        said: what its log had to say, but of worlds that went, once it has ended.
    """

    def __init__(self, process: "subprocess.Popen[str]", errors: Path) -> None:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "127.0.0.1:" in line, line + errors.read_text("utf-8")
        self.port = int(line.split("127.0.0.1:")[1].split()[0])
        self.said = ""
        self._process, self._errors = process, errors
        self._proc = Path(f"/proc/{process.pid}")

    def taken(self) -> Taken:
        """What it takes now."""
        rollup = _numbers(self._proc / "smaps_rollup")
        own = rollup["Private_Clean"] + rollup["Private_Dirty"]
        threads = _numbers(self._proc / "status")["Threads"]
        return Taken(1024 * own, 1024 * rollup["Rss"], threads, len(os.listdir(self._proc / "fd")))

    def at_rest(self, but: Taken | None = None) -> Taken:
        """What it takes when nobody calls: once its threads and files have not changed for 1 s.

        Given `but`, wait until it has no more of them than that; after `PATIENCE`, what it has.
        """
        same, before = 0, self.taken()
        for _ in range(10 * PATIENCE):
            threading.Event().wait(0.1)  # (a process tells nobody that a thread of it has ended)
            now = self.taken()
            same = same + 1 if now[2:] == before[2:] else 0
            before = now
            is_back = but is None or (now.threads <= but.threads and now.files <= but.files)
            if same >= 10 and is_back:
                break
        return before

    def stop(self) -> int:
        """End it as a service manager does; how it ended."""
        self._process.terminate()
        try:
            status = self._process.wait(PATIENCE)
        finally:
            self._process.kill()
        lines = self._errors.read_text("utf-8").splitlines()
        self.said = "\n".join(line for line in lines if not _GONE.match(line))
        return status


def _numbers(file: Path) -> dict[str, int]:
    """The lines of a file in /proc that have a number behind a name."""
    parts = (line.split() for line in file.read_text("utf-8").splitlines())
    return {p[0].rstrip(":"): int(p[1]) for p in parts if len(p) > 1 and p[1].isdigit()}


@contextmanager
def serving(folder: Path, options: Sequence[str]) -> Iterator[Served]:
    """A server with 40 worlds at most, whose log prints warnings alone, into a file there."""
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--worlds", "40", "--quiet"]
    kept = {name: value for name, value in os.environ.items() if name[:8] != "SANDBOX_"}
    errors = folder / "errors.log"
    with (
        errors.open("w") as file,
        subprocess.Popen(
            [*command, *options],
            cwd=folder,
            env={**kept, **MALLOC, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as process,
    ):
        try:
            yield Served(process, errors)
        finally:
            process.kill()
