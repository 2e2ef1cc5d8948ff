"""What is measured, what was wanted of it, and the tables that show both."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Literal, NamedTuple


class Bound(NamedTuple):
    """What was wanted: at most, or at least, so much."""

    sign: Literal["≤", "≥"]
    value: float

    def holds(self, value: float) -> bool:
        return value <= self.value if self.sign == "≤" else value >= self.value

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"


class Row(NamedTuple):
    """One measure.

    Attributes:
        what: in words.
        wanted: None where nothing was asked.
        unit: of the figures; none of ratios.
        before: what version 0.1.0 had, as it was measured then.
    """

    what: str
    wanted: Bound | None = None
    unit: str = ""
    before: str = ""


class Spread(NamedTuple):
    """Lowest, median and highest of the rounds; `note` says more of what was measured."""

    low: float
    middle: float
    high: float
    note: str = ""


Figure = tuple[str, Spread]
"""A row's key, and what was measured."""


def spread(values: Iterable[float], note: str = "") -> Spread:
    """The spread of the rounds' values."""
    kept = sorted(values)
    return Spread(kept[0], median(kept), kept[-1], note)


def at_most(value: float) -> Bound:
    """A bound from above."""
    return Bound("≤", value)


def at_least(value: float) -> Bound:
    """A bound from below."""
    return Bound("≥", value)


def _of_each(key: str, what: str, wanted: Bound, before: str) -> dict[str, Row]:
    """A row for each provider."""
    names = {"lahza": "Lahza", "lean": "Lean"}
    return {
        key.format(provider): Row(what.format(name), wanted, before=before)
        for provider, name in names.items()
    }


WANTED = {
    **_of_each(
        "get.{}", "in process: time of {}'s GET one refund against a bare view", at_most(2), "4.0"
    ),
    **_of_each(
        "post.{}", "in process: time of {}'s POST refund against a bare view", at_most(3.5), "6.8"
    ),
    **_of_each(
        "serve.get.{}.1",
        "`serve`: rate of {}'s GET one refund against localstripe, 1 connection",
        at_least(1),
        "0.42–0.58",
    ),
    **_of_each(
        "serve.get.{}.8",
        "`serve`: rate of {}'s GET one refund against localstripe, 8 connections",
        at_least(1),
        "0.38–0.40",
    ),
    **_of_each(
        "serve.post.{}",
        "`serve`: rate of {}'s POST refund against localstripe, both with 1,000 refunds and more",
        at_least(25),
        "13–16",
    ),
    **_of_each(
        "last.post.{}", "`serve`: rate of {}'s POST refund against 0.1.0", at_least(1.8), "1"
    ),
    "start": Row(
        "time from start to first answer against localstripe", at_most(0.9), before="0.86–1.19"
    ),
    "plugin.empty": Row(
        "time of an empty test with the fixture, beyond one without, against 0.1.0",
        at_most(0.25),
        before="1 (6.4 ms)",
    ),
    "plugin.day": Row(
        "time of a test that pays, refunds, advances and fetches, against 0.1.0",
        at_most(0.4),
        before="1 (12–25 ms)",
    ),
    "reset": Row(
        "in process: time of a reset of the default world", at_most(0.3), "ms", before="2.8"
    ),
    "memory": Row(
        "a refund's memory (200,000 of Lean's, with their payouts)",
        at_most(2),
        "KiB",
        before="3.9",
    ),
    "growth": Row(
        "in process: time among 200,000 refunds against among 100, of what grows most",
        at_most(1.1),
        before="1.0",
    ),
}
"""The rows of the first table, by key."""

OTHERS = {
    "start.bare": Row("time from start to first answer against a bare Flask app", at_most(1.5)),
    "start.ms": Row("time from start to first answer", unit="ms"),
    "plugin.empty.ms": Row("an empty test with the fixture, beyond one without", unit="ms"),
    "plugin.day.ms": Row("a test that pays, refunds, advances and fetches", unit="ms"),
    "plugin.run": Row("a run of one test with the fixture, beyond one without", at_most(500), "ms"),
    "plugin.weather": Row(
        "a run in bad weather of the second test in `docs/weather.md`, against that test alone",
        at_most(2),
    ),
    "advance.lean": Row(
        "Lean's advance of 10,000 refunds: an event, beyond a bare loop's", at_most(40), "µs"
    ),
    "advance.lahza": Row(
        "Lahza's advance of 10,000 refunds: an event, beyond a bare loop's", at_most(40), "µs"
    ),
    "members.two": Row(
        "reads of one refund through nginx: two members, a core each, against one, by the time "
        "of the processor that they took",
        at_least(1.8),
    ),
    "members.long": Row(
        "lists of 500 payments through nginx: rate of two members against one", at_least(1.8)
    ),
    "members.through": Row("reads of one member: rate through nginx against without it"),
    **{
        f"members.{part}": Row(f"such a read: time of the processor, {who}", unit="µs")
        for part, who in (
            ("member", "of the member"),
            ("nginx", "of nginx"),
            ("client", "of the client"),
        )
    },
    "deliveries": Row("rate of webhooks delivered against a session of requests", at_least(1)),
    **_of_each(
        "browse.{}",
        "in process: time of the dashboard's page of 50 of {}'s 100,000 refunds against the list",
        at_most(3),
        "",
    ),
    "restore": Row(
        "a snapshot of 100,000 refunds: restored, and written to once", at_most(50), "ms"
    ),
    **{
        f"data.{what}.{level}": Row(
            f"with `--data`, `--durability {level}`: rate of Lean's {call} against memory alone",
            at_least(bound) if level == "process" else None,
        )
        for level in ("process", "machine")
        for what, call, bound in (("get", "GET one refund", 0.95), ("post", "POST refund", 0.7))
    },
    "data.size": Row("with `--data`: a refund of 100,000 in the file", at_most(1.5), "KiB"),
    "data.recovery": Row("with `--data`: reading 100,000 refunds at the start", at_most(3), "s"),
    "crowd.lean.memory": Row(
        "Lean's advance of 200,000 refunds: most memory meanwhile, a refund", at_most(2), "KiB"
    ),
    "crowd.lean.wait": Row(
        "Lean's advance of 200,000 refunds: longest wait of another world", at_most(250), "ms"
    ),
    "crowd.lahza.memory": Row(
        "Lahza's advance of 200,000 refunds: most memory meanwhile, a refund", at_most(2), "KiB"
    ),
    "crowd.lahza.wait": Row(
        "Lahza's advance of 200,000 refunds: longest wait of another world", at_most(250), "ms"
    ),
}
"""The rows of the second table, by key; those of `growth.<operation>` come behind them."""

_GET = (
    "localstripe's server parses requests in C, and its answer is a dict that is written out. "
    "Here a request passes waitress, which is Python (some 25 µs), Flask's contexts and "
    "routing (20 µs), and the questions that each one is asked: world, what is due, "
    "scenarios, journal (25 µs). What a thread that waits for one connection alone costs "
    "beyond that is the same for both."
)
_POST = (
    "What is left is what a POST has to do, and no part of it stands out: the checks, a "
    "document and its indexes, an event, a webhook's message, the journal, in some 100 µs; "
    "the way there and back, which got quicker, was the smaller half."
)
_SINCE = (
    "It lies about the bound: in the run before this one the median was as wanted. What a world "
    "keeps for its story has come since, which was estimated at a hundredth of a POST; where the "
    "rest comes from has not been looked into."
)
REASONS: Mapping[str, str] = {
    "post.lahza": _SINCE,
    "serve.post.lean": _SINCE,
    **{f"serve.get.{provider}.{n}": _GET for provider in ("lahza", "lean") for n in (1, 8)},
    **{f"last.post.{provider}": _POST for provider in ("lahza", "lean")},
    "start": (
        "marshmallow compiles a pattern for e-mail addresses when it is imported, since version "
        "4.2.4: 27 ms of the start (`findings/marshmallow_import_email_pattern.sh`), for a field "
        "that nothing here uses. Without it the start was at the bound, 0.89 and 0.91 in two runs. "
        "It could be spared by changing `re.compile` during that import, which a library has no "
        "business to do in a test's process. The log, the hints and the configuration file have "
        "come since; how much each of them takes has not been looked at."
    ),
    "serve.post.lahza": (
        "It lies about the bound: in the run before this one the median was above it. What the "
        "hint of a call takes, and the call that a document remembers, have come since."
    ),
    "plugin.day": (
        "Two of its calls, the refund and the fetch, go through the port, as those of the code "
        "under test do. There client and server share one interpreter, and take half of the time."
    ),
    "growth": (
        "The JSON of the latest 1,000 documents that were asked for one by one is kept. Among 100 "
        "refunds each GET finds it, among 200,000 none does. Nothing else about it grows."
    ),
}
"""Why a row falls short, by its key: a paragraph each in `docs/performance.md`."""


def row_of(key: str) -> Row:
    """What a key of a figure means."""
    if key.startswith("growth."):
        operation = key.removeprefix("growth.")
        return Row(f"{operation}: time among 200,000 refunds against among 100", at_most(1.1))
    return (WANTED | OTHERS)[key]


def falls_short(key: str, figure: Spread) -> bool:
    """Whether the median is not as was wanted."""
    wanted = row_of(key).wanted
    return wanted is not None and not wanted.holds(round(figure.middle, 2))


def line(key: str, figure: Spread) -> str:
    """A figure for the terminal."""
    row = row_of(key)
    wanted = f"  wanted: {row.wanted}" if row.wanted else ""
    mark = "  SHORT" if falls_short(key, figure) else ""
    note = f" ({figure.note})" if figure.note else ""
    low, middle, high = (f"{value:.2f}" for value in figure[:3])
    return f"{row.what}{note}: {middle} {row.unit} ({low} to {high}){wanted}{mark}"


def table(rows: Mapping[str, Row], measured: Mapping[str, Spread], has_before: bool) -> str:
    """A Markdown table of all rows, those that were not measured too."""
    head = ["measure", *(["0.1.0"] if has_before else []), "wanted", "lowest", "median", "highest"]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for key, row in rows.items():
        figure = measured.get(key)
        cells = [row.what + (f", {row.unit}" if row.unit else "")]
        if figure is not None and figure.note:
            cells[0] += f" ({figure.note})"
        if has_before:
            cells.append(row.before)
        cells.append(str(row.wanted) if row.wanted else "")
        cells += _values(key, figure)
        lines.append(cells)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _values(key: str, figure: Spread | None) -> Sequence[str]:
    if figure is None:
        return ["not measured", "", ""]
    low, middle, high = (f"{value:.2f}" for value in figure[:3])
    return [low, f"**{middle}**" if falls_short(key, figure) else middle, high]
