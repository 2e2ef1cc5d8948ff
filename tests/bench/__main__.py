"""Measures, prints each figure when it is known, and writes `docs/performance.md`: `make bench`."""

import argparse
from collections.abc import Callable, Iterator

from tests.bench.against import LAST
from tests.bench.browsing import browsing
from tests.bench.client import ROOT, Missing
from tests.bench.crowd import crowding
from tests.bench.figures import OTHERS, WANTED, Figure, Spread, line, row_of, table
from tests.bench.inside import calling, growing
from tests.bench.keeping import keeping
from tests.bench.lasting import lasting
from tests.bench.members import members
from tests.bench.moving import moving
from tests.bench.page import write
from tests.bench.plugin import plugged
from tests.bench.serving import curves, posting, serving, starting

Part = Callable[[], Iterator[Figure]]

PARTS: dict[str, Part] = {
    part.__name__: part
    for part in (
        starting,
        calling,
        serving,
        posting,
        plugged,
        moving,
        keeping,
        lasting,
        growing,
        browsing,
        crowding,
        members,
    )
}


def main() -> None:
    """Run the parts that are named, or all, and then write the page."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=main.__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    wanted = parser.parse_args().parts
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"there is no part {min(unknown)}")
    measured: dict[str, Spread] = {}
    for name in wanted or PARTS:
        try:
            for key, figure in PARTS[name]():
                measured[key] = figure
                print(line(key, figure), flush=True)
        except Missing as missing:
            print(f"{name} is left out: {missing}")
    shown = {key: row_of(key) for key in (*WANTED, *OTHERS) if key in measured or not wanted}
    print(table(shown, measured, has_before=True))
    if not wanted:
        write(ROOT / "docs", measured, curves(), LAST)


if __name__ == "__main__":
    main()
