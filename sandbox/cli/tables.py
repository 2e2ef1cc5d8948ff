"""Tables for people: plain text in columns."""

import sys
from collections.abc import Iterable, Mapping


def table(entries: Iterable[Mapping[str, object]], *names: str) -> str:
    """A row for each entry, a column for each name; cut to a terminal's width where it is one."""
    lines = [list(names), *([_cell(entry[name]) for name in names] for entry in entries)]
    if len(lines) == 1:
        return "none"
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    room = _room()
    return "\n".join(row if len(row) <= room else f"{row[: room - 1]}…" for row in rows)


def dropped(count: int) -> str:
    """A last line on those that are no longer there, or nothing."""
    return f"\n({count} older ones are no longer kept)" if count else ""


def _room() -> int:
    if sys.stdout is None or not sys.stdout.isatty():
        return sys.maxsize
    from shutil import get_terminal_size  # (2 ms, which `health` can do without)

    return get_terminal_size().columns


def _cell(value: object) -> str:
    return "-" if value is None else plain(" ".join(str(value).split()))


def plain(text: str) -> str:
    """Text that tells a terminal nothing: paths, bodies and titles are anybody's."""
    return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)
