"""Tries all neighbours, or those that are named: `make neighbours`."""

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.engine.time.clock import elapsed
from tests.neighbours import environments, page
from tests.neighbours.table import NEIGHBOURS, NEWEST, OLDEST, Neighbour
from tests.neighbours.trial import faults

ALL = (*NEIGHBOURS, OLDEST, NEWEST)


def lacks(neighbour: Neighbour) -> bool:
    """Whether this machine has none of the programs that it wants."""
    return bool(neighbour.programs) and not any(map(shutil.which, neighbour.programs))


def tried(neighbour: Neighbour) -> list[str]:
    """What is not as the table says."""
    if lacks(neighbour):
        is_needed = "REFUND_SANDBOX_TEST_ALL" in os.environ
        print(f"{neighbour.name}: there is no {neighbour.programs[0]}", flush=True)
        return [f"{neighbour.name} was not tried"] if is_needed else []
    began = elapsed()
    python = environments.python(environments.of(neighbour))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = list(faults(neighbour, python, Path(folder)))
    word = "FAILED" if found else "as expected"
    print(f"{neighbour.name}: {word} ({(elapsed() - began) / 1_000_000:.1f} s)", flush=True)
    return [f"--- {neighbour.name} {fault}" for fault in found]


def main(names: list[str]) -> int:
    """The exit status; the page is written where all have been tried and are as the table says."""
    chosen = [each for each in ALL if not names or each.name in names]
    if unknown := set(names) - {each.name for each in chosen}:
        raise SystemExit(f"there is no neighbour {', '.join(unknown)}")
    environments.prepare()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [fault for each in pool.map(tried, chosen) for fault in each]
    print(*found, sep="\n")
    if not found and not names and not any(map(lacks, chosen)):
        page.PAGE.write_text(page.page(), "utf-8")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
