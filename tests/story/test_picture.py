"""What a story looks like, as a picture and as Mermaid's text."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from sandbox.engine.values.instants import DAY, MINUTE, SECOND
from sandbox.story.events import Event, Lane, Story, lanes_of, lasting
from sandbox.story.layout import AXIS, WIDTH, Picture, fitting, lay_out, width_of
from sandbox.story.mermaid import mermaid
from sandbox.story.svg import svg
from tests.kit import Box
from tests.story.calls import story
from tests.story.picture import FILE, drawn

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    "a;b#c%%{init: {}}%% & \"q\" 'p' `t` \\ $$x^2$$",
    "line\r\nbreak \x00\x1b]]> <!-- -->",
    "\u202egnp.txt \u2067 \ud800",
    "العربية 中文 😀",
    "end",
    "",
    "x" * 3000,
    "中" * 500,
)


def events(count: int) -> list[Event]:
    """All kinds of events, close together and far apart, with short and long texts."""
    made = []
    at = 0
    lanes = ("app", "lean", "lahza", "bank", "endpoint")
    for n in range(count):
        at += (0, 0, SECOND // 3, 40 * SECOND, 0, 3 * MINUTE, 40 * MINUTE, 0, 5 * DAY)[n % 9]
        text = ("GET /refund/{} → 200", "w" * 200, "中" * 80, "refund {} pending → failed")[n % 4]
        ways = [(a, b) for a in lanes for b in lanes[1:4] if a != "endpoint"]
        ways += [("lean", "endpoint"), ("lahza", "endpoint")]
        source, target = (None, None) if n % 7 == 0 else ways[n % len(ways)]
        marks = ("1 h late", "bad signature", "m" * 150)[: n % 4]
        event = Event(at, n, "request", text.format(n), source, target, "odd", marks)
        made.append(event._replace(broken=n % 11 == 0))
    return made


def of(made: list[Event]) -> Story:
    return Story("all of it", lanes_of(made, ["lean", "lahza"]), made, 3, 2)


def boxes(picture: Picture) -> list[tuple[float, float, float, float]]:
    """The room that each text takes."""
    return [text.box for text in (*picture.texts, *(row.text for row in picture.rows))]


@pytest.mark.parametrize("count", [0, 1, 5, 100])
def test_no_two_texts_overlap_and_none_leaves_the_picture(count: int) -> None:
    picture = lay_out(of(events(count)))
    for one, other in combinations(boxes(picture), 2):
        is_beside = one[2] <= other[0] or other[2] <= one[0]
        is_above = one[3] <= other[1] or other[3] <= one[1]
        assert is_beside or is_above, (one, other)
    for left, top, right, bottom in boxes(picture):
        assert left >= 0
        assert right <= WIDTH
        assert 0 <= top < bottom <= picture.height


def test_rows_follow_each_other_and_arrows_run_below_their_texts() -> None:
    rows = lay_out(of(events(100))).rows
    for above, below in pairwise(rows):
        assert above.top + above.height <= below.top
    for row in rows:
        assert row.top <= row.text.box[1]
        assert row.text.box[3] <= row.top + row.height
        assert min(row.start, row.end) > AXIS
        if row.place == "arrow":
            assert row.text.box[3] < row.line < row.top + row.height


def test_idle_days_are_folded_into_a_break_of_the_axis() -> None:
    def height(gap: int) -> float:
        made = events(9)[1:3]
        late = made[1]._replace(at=made[0].at + gap)
        return lay_out(of([made[0], late])).height

    assert height(DAY) == height(4000 * DAY)
    assert height(SECOND) < height(DAY)
    picture = lay_out(of(events(100)))
    folded = [text.text for text in picture.texts if text.style == "fold"]
    assert len(folded) == len(picture.folds)
    assert set(folded) == {"+40 min", "+5 d"}
    days = [text.text for text in picture.texts if text.style == "day"]
    assert days == sorted(set(days))
    assert len(days) == 12


def test_a_text_is_shortened_to_its_room_and_stands_whole_in_the_title() -> None:
    assert fitting("abc", width_of("abc")) == "abc"
    assert fitting("abcdef", width_of("abcd")) == "abc…"
    made = Event(0, 1, "request", "x" * 3000, "app", "lean")
    (row,) = lay_out(of([made])).rows
    assert row.text.text.endswith("…")
    titles = [e.text or "" for e in ElementTree.fromstring(svg(of([made]))).iter(f"{SVG}title")]
    assert "x" * 3000 in titles[0]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_a_story_is_shown_as_text(text: str) -> None:
    made = [
        Event(0, 1, "request", text, "app", "lean", "bad", (text,), (text, text)),
        Event(1, 2, "state", text, "lean", "lean"),
        Event(2, 3, "clock", text),
    ]
    of_it = Story(text, lanes_of(made, ["lean"]), made, 0, 0)
    root = ElementTree.fromstring(svg(of_it))
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        *("svg", "style", "rect", "path", "text", "tspan", "g", "title", "circle")
    }
    assert all(key in KEYS for e in root.iter() for key in e.attrib)
    shown = "".join(root.itertext())
    if text.isprintable():
        assert fitting(text, 300).rstrip("…") in shown
    lines = mermaid(of_it).splitlines()
    assert len(lines) == 2 + 2 + 6
    for line in lines:
        said = line.partition(": ")[2]
        assert not re.search(r'[<>%`"$\\{}]', said)
        assert not re.search("[;#]", re.sub("#[0-9]+;", "", said))
        assert line.isprintable()


KEYS = frozenset(
    "class width height viewBox role aria-label aria-hidden id tabindex d x y cx cy r rx "
    "text-anchor stroke-dasharray".split()
)


def test_each_event_can_be_reached_by_keyboard_and_says_all_of_it() -> None:
    made = events(20)
    root = ElementTree.fromstring(svg(of(made)))
    assert (root.get("role"), root.get("aria-label")) == ("group", "Story: all of it")
    groups = [g for g in root.iter(f"{SVG}g") if g.get("tabindex") == "0"]
    assert len(groups) == 20
    for group, event in zip(groups, made, strict=True):
        assert group.get("role") == "img"
        assert event.text in (group.get("aria-label") or "")
        details = root.find(f"./{SVG}g[@id='{group.get('id')}-more']")
        assert details is not None
        assert details.get("aria-hidden") == "true"
    style = root.findtext(f"{SVG}style") or ""
    assert "@media(prefers-color-scheme:dark)" in style
    assert "url(" not in style


def test_a_reference_is_shown_as_text(box: Box) -> None:
    reference = "<b onload=x>&amp;;#1"
    refund = box.lean_refund(box.payment(), external_reference=reference).json()[0]
    answer = box.admin.get("/story.svg", params={"subject": reference})
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    root = ElementTree.fromstring(answer.text)
    assert root.get("aria-label") == f"Story: {reference}"
    assert refund["refund_id"] in "".join(root.itertext())


def test_mermaids_text_has_a_line_for_each_event(box: Box) -> None:
    number = box.lahza_refund(box.transaction(amount=5000), amount=1000).json()["data"]["id"]
    box.on("webhook-lost")
    box.advance("1h")
    lines = box.admin.get("/story.mmd").text.splitlines()
    assert [line.strip() for line in lines] == [
        "sequenceDiagram",
        "title Story: the world default",
        "participant app as Your app",
        "participant lahza as Lahza",
        "participant bank as Payers and banks",
        "participant endpoint as Webhook endpoint",
        "Note over app,endpoint: 2026-05-13T11:50:42.625Z",
        "bank->>lahza: transaction 1500000000 success, 5000 ILS",
        "app->>lahza: POST /refund → 200",
        f"Note over lahza: refund {number} pending, 1000 ILS",
        "Note over app,endpoint: scenario webhook-lost on",
        "Note over app,endpoint: the clock is moved on by 1 h",
        "Note over app,endpoint: 12:50:42.625",
        f"bank->>lahza: refund {number} pending → processing, 1000 ILS",
        "lahza--xendpoint: refund.processing · lost",
    ]
    assert len(story(box)["events"]) == 7


def test_the_lanes_are_named_in_their_order_and_durations_in_two_units() -> None:
    made = [Event(0, 1, "webhook", "x", "lahza", "endpoint"), Event(0, 2, "state", "y", "app")]
    names = [Lane("app", "Your app"), Lane("lahza", "Lahza"), Lane("endpoint", "Webhook endpoint")]
    assert lanes_of(made, ["lean", "lahza"]) == names
    texts = [lasting(d) for d in (0, 5000, SECOND, 90 * SECOND, DAY, 2 * DAY + MINUTE)]
    assert texts == ["0 s", "5 ms", "1 s", "1 min 30 s", "1 d", "2 d"]


def test_the_picture_in_the_documents_is_what_the_sandbox_draws() -> None:
    assert FILE.read_text("utf-8") == drawn(), "run `python -m tests.story.picture`"
