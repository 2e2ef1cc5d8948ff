"""`docs/performance.md`, and the picture beside it."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from tests.bench.figures import OTHERS, REASONS, WANTED, Spread, falls_short, row_of, table
from tests.bench.plot import Curve, plot

_TEXT = """\
# Performance

`make bench` measures all of this and writes this page anew. Don't edit it: the reasons below the
first table stand in `tests/bench/figures.py`.

## Figures

Figures without a unit are ratios of two things, measured side by side, in turns, in one run. So
they say much the same on any machine, and a busy one only spreads them. A median in bold is not as
wanted. What stands under 0.1.0 was measured then, on two shared cores.

{wanted}

{reasons}## Over the number of refunds

![Answers a second over the number of refunds](performance.svg)

Lahza's `GET /refund/<id>` and `POST /refund` on one connection, beside localstripe's
`GET /v1/refunds/<id>` and `POST /v1/refunds`. localstripe writes all that it has to a file at each
POST, so it is shown up to {theirs:,} refunds.

## Others

{others}

## How it was measured

{machine}

- In process: the app is called with a WSGI environment made by hand, without a socket or a test
  client. The bare view is Flask's; it answers the same bytes, and reads the JSON of a POST. Time is
  the thread's own.
- Through sockets: each server runs in a process of its own, started as its users start it. The
  client sends bytes that are ready, and waits for each answer before it sends the next request on
  that connection.
- localstripe 1.15.10 is installed into a throw-away environment, from
  `tests/bench/localstripe.txt`. Version 0.1.0 is taken from this repository's commit `{last}`, and
  run with the same interpreter and packages.
- Tests are run by pytest with no plugin but the sandbox's. They pay and advance through the
  fixture, and call the provider's API with `urllib`, as code under test would. The first test of
  each kind is left out: it starts the server.
- Client, nginx and two members want more than the two cores there are. So what two members bring is
  counted for short calls by the time of the processor that members took, which is what a call costs
  on cores that are free for them; and by the clock for calls that take members so long that client
  and nginx hardly count. 16 connections, each to one of the worlds of either member.
- A refund's memory is what the process takes more than before it had any, after all of them have
  been approved and accepted by the bank, and their payouts processed.
- What grows most is the worst of the operations that stand last in the table above. Those on one
  refund take refunds from the middle; each provider has as many.

## To repeat it

```console
make bench
python -m tests.bench --help
python -m tests.bench starting calling
```

All of it takes five to eight minutes. The second line, in `.venv`, lists the parts; the third
measures two of them, and writes no page.
"""


def write(
    folder: Path, measured: Mapping[str, Spread], curves: Mapping[str, Curve], last: str
) -> None:
    """Write the page and the picture into a folder."""
    grown = {key: row_of(key) for key in measured if key.startswith("growth.")}
    text = _TEXT.format(
        wanted=table(WANTED, measured, has_before=True),
        reasons=_reasons(measured),
        theirs=max(
            (int(x) for name in curves for x, _ in curves[name][-1:] if "local" in name), default=0
        ),
        others=table(OTHERS | grown, measured, has_before=False),
        machine=machine(),
        last=last,
    )
    (folder / "performance.md").write_text(text, "utf-8")
    picture = plot(curves, "refunds", "answers a second")
    (folder / "performance.svg").write_text(picture, "utf-8")


def _reasons(measured: Mapping[str, Spread]) -> str:
    """A paragraph for each figure of the first table that is not as wanted."""
    short = [key for key in WANTED if key in measured and falls_short(key, measured[key])]
    if not short:
        return ""
    said = [
        f"**{row_of(key).what}**: {REASONS.get(key, 'no reason is known yet.')}\n" for key in short
    ]
    return "\n".join(["### What falls short\n", *said, ""])


def machine() -> str:
    """What it was measured on, in one sentence."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.machine()
    return (
        f"On {os.cpu_count()} cores ({processor}), {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}."
    )
