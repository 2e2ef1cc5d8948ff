"""Soaks two servers side by side, one that keeps its worlds and one that doesn't: `make soak`."""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.soak.soaking import RATE, soak


def main() -> None:
    """Call each for so many minutes, and say what it took; 1 where something grew or failed."""
    parser = argparse.ArgumentParser("python -m tests.soak", description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=RATE, help="calls a second, of each server")
    given = parser.parse_args()
    calls = round(given.minutes * 60 * given.rate)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as together:
        begun = {}
        for name, keeps in (("with --data", True), ("without --data", False)):
            place = Path(folder) / name.replace(" ", "")
            place.mkdir()
            begun[name] = together.submit(soak, place, calls, given.rate, keeps)
        wrong = [
            f"{name}: {line}" for name, of in begun.items() for line in of.result().all_wrong()
        ]
    print("\n".join(wrong) or "nothing grew, and nothing failed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
