"""Tables for people: plain text in columns."""

import shutil
import sys
from collections.abc import Iterable, Sequence


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows below the names of their columns; cut to the width of a terminal, if it is one."""
    lines = [list(names), *([_cell(value) for value in row] for row in rows)]
    if len(lines) == 1:
        return "none"
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    joined = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return "\n".join(_cut(line, room) for line in joined)


def _cell(value: object) -> str:
    """One line of text that moves no terminal's cursor: paths and titles are anybody's."""
    text = "-" if value is None else " ".join(str(value).split())
    return "".join(char if char.isprintable() else "�" for char in text)


def _cut(line: str, room: int | None) -> str:
    return line if room is None or len(line) <= room else line[: room - 1] + "…"
