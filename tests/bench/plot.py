"""Curves as an SVG picture that can be read on light and on dark pages."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

Curve = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 210, 30, 55
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333 }
.paper { fill: #fff }
.grid { stroke: #ddd }
.curve { fill: none; stroke-width: 2 }
.c0 { stroke: #0b62c4; fill: #0b62c4 } .c1 { stroke: #0a7d4b; fill: #0a7d4b }
.c2 { stroke: #b3541e; fill: #b3541e } .c3 { stroke: #a02671; fill: #a02671 }
text.name { stroke: none }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd } .paper { fill: #0d1117 } .grid { stroke: #444 }
  .c0 { stroke: #6cb2ff; fill: #6cb2ff } .c1 { stroke: #58d39b; fill: #58d39b }
  .c2 { stroke: #ffa76b; fill: #ffa76b } .c3 { stroke: #f48ccb; fill: #f48ccb }
}
.curve { fill: none !important }
"""


def plot(curves: Mapping[str, Curve], across: str, up: str) -> str:
    """Up to four curves of positive numbers, both axes logarithmic, each named at its end.

    Args:
        curves: points, from left to right, by name.
        across: what the horizontal axis shows.
        up: what the vertical axis shows.
    """
    xs = _decades([x for curve in curves.values() for x, _ in curve])
    ys = _decades([y for curve in curves.values() for _, y in curve])
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{escape(up)} over {escape(across)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
            *_axes(xs, ys),
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">'
            f"{escape(across)}</text>",
            f'<text x="{LEFT - 55}" y="{TOP - 12}">{escape(up)}</text>',
            *_drawn(curves, xs, ys),
            "</svg>\n",
        ]
    )


def _decades(values: Sequence[float]) -> range:
    """The powers of ten that values lie between."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return range(low, max(high, low + 1) + 1)


def _x(value: float, decades: range) -> float:
    share = (log10(value) - decades[0]) / (len(decades) - 1)
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(value: float, decades: range) -> float:
    share = (log10(value) - decades[0]) / (len(decades) - 1)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _axes(xs: range, ys: range) -> Iterator[str]:
    for power in xs:
        x = _x(10**power, xs)
        yield f'<path class="grid" d="M{x} {TOP}V{HEIGHT - BOTTOM}"/>'
        yield f'<text x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'
    for power in ys:
        y = _y(10**power, ys)
        yield f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{10**power:,}</text>'


def _drawn(curves: Mapping[str, Curve], xs: range, ys: range) -> Iterator[str]:
    used: list[float] = []
    for number, (name, curve) in enumerate(curves.items()):
        points = [(_x(x, xs), _y(y, ys)) for x, y in curve]
        way = " ".join(f"{x},{y}" for x, y in points)
        yield f'<polyline class="curve c{number}" points="{way}"/>'
        yield from (f'<circle class="c{number}" cx="{x}" cy="{y}" r="3"/>' for x, y in points)
        x, y = points[-1]
        if points[-1][0] > WIDTH - RIGHT - 20:  # names of neighbours keep a line apart
            while any(abs(y - other) < 15 for other in used):
                y += 1
            used.append(y)
        yield f'<text class="name c{number}" x="{x + 9}" y="{y + 4:.1f}">{escape(name)}</text>'
