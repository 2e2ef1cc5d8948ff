"""A story as a picture: SVG that runs no script, fetches nothing, and is light or dark."""

from collections.abc import Iterator
from html import escape

from sandbox.engine.values.instants import iso
from sandbox.story.events import Story
from sandbox.story.layout import AXIS, WIDTH, Picture, Row, Text, fitting, lay_out, plain

_STYLE = """
.story{--bg:#fff;--ink:#1f2328;--dim:#59636e;--line:#d1d9e0;--band:#f2f4f7;
--plain:#0969da;--good:#1a7f37;--odd:#9a6700;--bad:#cf222e}
@media(prefers-color-scheme:dark){.story{--bg:#0d1117;--ink:#e6edf3;--dim:#9198a1;--line:#3d444d;
--band:#1a2029;--plain:#4493f8;--good:#3fb950;--odd:#d29922;--bad:#f85149}}
.story{max-width:100%;height:auto;background:var(--bg)}
.story text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',
'Liberation Mono',monospace;fill:var(--ink);white-space:pre;direction:ltr}
.story .title{font-weight:700}.story .lane,.story .day{font-weight:700}
.story .note,.story .time,.story .fold{fill:var(--dim)}
.story .paper{fill:var(--bg)}.story .lifeline{stroke:var(--line)}
.story .axis{stroke:var(--dim);fill:none}
.story .row>rect{fill:transparent}.story .row .band{fill:var(--band)}
.story .row:hover>.hit{fill:var(--band)}
.story .row:focus{outline:2px solid var(--plain);outline-offset:-2px}
.story .halo,.story .lane{stroke:var(--bg);
stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.story .row:hover .halo{stroke:var(--band)}
.story .plain{--tone:var(--plain)}.story .good{--tone:var(--good)}
.story .odd{--tone:var(--odd)}.story .bad{--tone:var(--bad)}
.story .row path{stroke:var(--tone);stroke-width:1.5;fill:none}
.story .row .head{fill:var(--tone)}.story .row circle{fill:var(--tone)}
.story .details{display:none;pointer-events:none}.story .details rect{fill:var(--band);
stroke:var(--plain)}
.story tspan{fill:var(--tone);font-weight:700}
@media print{.story{--bg:#fff}}
""".replace("\n", "")


def svg(story: Story) -> str:
    """The picture."""
    picture = lay_out(story)
    height = f"{picture.height:g}"
    label = escape(f"Story: {plain(story.title)}")
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="story" width="{WIDTH}" '
            f'height="{height}" viewBox="0 0 {WIDTH} {height}" role="group" aria-label="{label}">',
            f"<style>{_STYLE}{_shown_on_focus(len(picture.rows))}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            *_ground(picture),
            *map(_text, picture.texts),
            *(_row(row, n) for n, row in enumerate(picture.rows)),
            *(_details(row, n, picture) for n, row in enumerate(picture.rows)),
            "</svg>\n",
        )
    )


def _ground(picture: Picture) -> Iterator[str]:
    """The lanes, and the axis with its moments and its breaks."""
    top, bottom = picture.top, picture.bottom
    lifelines = "".join(f"M{x:g} {top:g}V{bottom:g}" for x in picture.lanes)
    yield f'<path class="lifeline" d="{lifelines}"/>'
    axis, y = f"M{AXIS} {top:g}", top
    for fold in picture.folds:
        axis += f"V{fold - 7:g}l-5 3l10 4l-10 4l5 3"
        y = fold + 7
    axis += f"V{max(y, bottom):g}"
    ticks = "".join(f"M{AXIS - 5} {y:g}h10" for y in picture.ticks)
    yield f'<path class="axis" d="{axis}{ticks}"/>'


def _text(text: Text, classes: str = "") -> str:
    marks = f"<tspan>{escape(text.marks)}</tspan>" if text.marks else ""
    anchor = ' text-anchor="middle"' if text.centred else ""
    return (
        f'<text class="{text.style}{classes}" x="{text.x:g}" y="{text.y:g}"{anchor}>'
        f"{escape(text.text)}{marks}</text>"
    )


def _row(row: Row, number: int) -> str:
    """An event, which shows all its details to whoever points at it or gets to it by keyboard."""
    event = row.event
    said = f"{iso(event.at)} {plain(event.said)}"
    title = "\n".join((said, *map(plain, event.more)))
    return (
        f'<g id="story-{number}" class="row {event.tone}" tabindex="0" role="img" '
        f'aria-label="{escape(said)}"><title>{escape(title)}</title>'
        f'<rect class="hit" x="{AXIS + 8}" y="{row.top:g}" width="{WIDTH - AXIS - 16}" '
        f'height="{row.height:g}" rx="4"/>'
        f"{_shape(row)}{_text(row.text, '' if row.place == 'band' else ' halo')}</g>"
    )


def _shown_on_focus(count: int) -> str:
    """Style: the details of an event are shown while it has the focus.

    They stand behind all events, so that they are drawn above them.
    """
    pairs = ",".join(f"#story-{n}:focus~#story-{n}-more" for n in range(count))
    return f"{pairs}{{display:inline}}" if count else ""


def _details(row: Row, number: int, picture: Picture) -> str:
    event = row.event
    room = WIDTH - AXIS - 60
    lines = [fitting(plain(line), room) for line in (f"{iso(event.at)} {event.said}", *event.more)]
    height = 18 * len(lines) + 14
    y = row.top + row.height
    if y + height > picture.height:
        y = max(0, row.top - height)
    shown = "".join(
        f'<text x="{AXIS + 32}" y="{y + 20 + 18 * n:g}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    return (
        f'<g id="story-{number}-more" class="details" aria-hidden="true">'
        f'<rect x="{AXIS + 20}" y="{y:g}" width="{room + 24}" height="{height}" rx="6"/>{shown}</g>'
    )


def _shape(row: Row) -> str:
    y, start, end = row.line, row.start, row.end
    if row.place == "band":
        return (
            f'<rect class="band" x="{start:g}" y="{row.top + 4:g}" width="{end - start:g}" '
            f'height="{row.height - 8:g}" rx="4"/>'
            f'<path d="M{start + 1:g} {row.top + 6:g}v{row.height - 12:g}"/>'
        )
    if row.place == "state":
        return f'<circle cx="{start:g}" cy="{y:g}" r="4"/>'
    right = 1 if end > start else -1
    if row.event.broken:
        stop = start + (end - start) * 0.7
        return (
            f'<path d="M{start:g} {y:g}H{stop:g}" stroke-dasharray="6 3"/>'
            f'<path d="M{stop - 5:g} {y - 5:g}l10 10m0 -10l-10 10"/>'
        )
    return (
        f'<path d="M{start:g} {y:g}H{end - 2 * right:g}"/>'
        f'<path class="head" d="M{end - 2 * right:g} {y:g}l{-7 * right} -4v8z"/>'
    )
