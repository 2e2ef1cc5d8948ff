"""What the report of a failed test shows of its worlds."""

import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter

    from sandbox.client import Sandbox

Section = tuple[str, str]
"""A title, and a text."""
_LONGEST_NAME = 120


def told(sandbox: "Sandbox") -> list[Section]:
    """What went over the wire, in this world and others."""
    parts = ("requests", "webhooks", "scenarios")
    requests, webhooks, scenarios = (f"payments sandbox: {part}" for part in parts)
    try:
        found = [(requests, sandbox.requests.told()), (webhooks, sandbox.webhooks.told())]
        on = [(scenarios, sandbox.scenarios.told())]
        know_all(sandbox)
        for other in sandbox.others:
            more = ((requests, other.requests.told()), (webhooks, other.webhooks.told()))
            found += _any((f"{what} of {other}", text) for what, text in more)
            on.append((f"{scenarios} of {other}", other.scenarios.told()))
        if found[0][1] == "none" and len(found) == 2 and _is_of_a_server_that_runs(sandbox):
            names = [world["name"] for world in sandbox.worlds.all() if world["requests"]]
            seen = f"; the server's worlds with requests: {', '.join(names)}" if names else ""
            found[0] = (requests, f"none in {sandbox.url}{seen}")
        found += _any(on)
    except Exception as error:  # the report matters more
        return [(requests, f"can't be shown: {error}")]
    return found


def stories(sandbox: "Sandbox", folder: Path, test: str) -> list[Section]:
    """Write what happened in the test's worlds to files, and say where they are."""
    title = "payments sandbox: story"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        parts = re.sub(r"[/:]+", "-", test)
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", parts).strip("-.")[:_LONGEST_NAME]
        if name != parts:  # (no two tests share a file)
            name += f"-{zlib.crc32(test.encode()):08x}"
        files = [folder / f"{name}.svg"]
        sandbox.story(file=files[0])
        for number, other in enumerate(sandbox.others, start=2):
            files.append(folder / f"{name}-{number}.svg")
            other.story(file=files[-1])
    except Exception as error:  # the report matters more
        return [(title, f"can't be written: {error}")]
    return [(title, "\n".join(map(str, files)))]


def _any(sections: Iterable[Section]) -> list[Section]:
    """The sections that have something to tell."""
    return [section for section in sections if section[1] != "none"]


def _is_of_a_server_that_runs(sandbox: "Sandbox") -> bool:
    return "/w/" in sandbox.url


def know_all(sandbox: "Sandbox") -> None:
    """On a server of the tests' own, know those worlds too that only the code under test names."""
    if not _is_of_a_server_that_runs(sandbox):
        for world in sandbox.worlds.all():
            if world["name"] != "default":
                sandbox.world(world["name"])


def show(sections: Iterable[Section], writer: "TerminalWriter") -> None:
    """Print those of a report that are the sandbox's."""
    for title, text in sections:
        if title.startswith("payments sandbox: "):
            writer.line()
            writer.sep("-", title)
            writer.line(text)
