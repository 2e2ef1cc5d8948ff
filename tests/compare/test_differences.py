"""What differs is found and named, once, and nothing else is."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.app import data_folder
from sandbox.compare import answers
from sandbox.compare.places import values_at
from tests.compare.kit import SHIPPED, Change, Other, compared, found, on, run, script

pytestmark = pytest.mark.scripted

LEAN = """
title: Refunds
provider: lean
needs:
  payment: {about: a payment, sandbox: 1ea00000-0000-4000-a000-000000000001}
steps:
  - name: create
    method: POST
    path: /payouts/refunds
    json: [{payment_id: "{payment}", amount: 35, reason_code: CUSTOMER_REQUEST}]
    save: {refund: "[0].refund_id"}
    equal: ["[0].amount", "[0].currency"]
  - name: get
    path: /payouts/refunds/{refund}
    equal: [status]
  - name: list
    path: /payouts/refunds
  - name: refused
    path: /payouts/refunds/00000000-0000-4000-8000-000000000000
  - name: approve
    method: PUT
    path: /payouts/refunds
    json: [{refund_id: "{refund}", status: APPROVED}]
  - name: settle
    path: /payouts/refunds/{refund}
    await: {at: status, states: [APPROVED, PENDING_WITH_BANK, ACCEPTED_BY_BANK], within: 10m}
"""
UNKNOWN = "/payouts/refunds/0000"
GET = "/payouts/refunds/"


def first(change: Any) -> Any:
    """A change of the first answer to a call alone: `get`, not the `settle` after it."""
    seen: list[str] = []

    def changed(body: Any) -> Any:
        seen.append("")
        return change(body) if len(seen) == 1 else body

    return changed


def without(key: str) -> Any:
    return lambda body: {name: value for name, value in body.items() if name != key}


def moved(body: Any) -> Any:
    """The last key first."""
    last, value = list(body.items())[-1]
    return {last: value, **body}


def row(change: Any, number: int) -> Any:
    def changed(body: Any) -> Any:
        return {
            **body,
            "content": [
                change(each) if n == number else each for n, each in enumerate(body["content"])
            ],
        }

    return changed


SAID = "There is no refund with the id …"
PLANTED: list[tuple[Change, list[tuple[str, ...]]]] = [
    (
        on("GET", GET, body=first(moved)),
        [("get", "body", "key order", "refund_intent_id, refund_id", "refund_id, deposit_amount")],
    ),
    (
        on("GET", GET, body=first(without("refund_intent_id"))),
        [("get", "refund_intent_id", "key", "none", "null")],
    ),
    (
        on("GET", GET, body=first(lambda body: {**body, "refund_intent_id": "x"})),
        [("get", "refund_intent_id", "type", "a text", "null")],
    ),
    (
        on("GET", GET, body=first(lambda body: {**body, "amount": "35"})),
        [("get", "amount", "type", "a text", "a number")],
    ),
    (
        on("GET", GET, body=first(lambda body: {**body, "status": "APPROVED"})),
        [("get", "status", "value", '"APPROVED"', '"CREATED"')],
    ),
    (
        on("POST", "/payouts/refunds", text=lambda text: text.replace(":35,", ":35.0,")),
        [("create", "[].amount", "number style", "35.0", "35")],
    ),
    (
        on("POST", "/payouts/refunds", text=lambda text: text.replace(":35,", ":36,")),
        [("create", "[].amount", "value", "36", "35")],
    ),
    (on("POST", "/payouts/refunds", status=200), [("create", "", "status", "200", "201")]),
    (
        on("PUT", "/payouts/refunds", headers=lambda of: [h for h in of if "Trace" not in h[0]]),
        [("approve", "lean-trace-id", "header", "none", "it")],
    ),
    (
        on("PUT", "/payouts/refunds", headers=lambda of: [*of, ("X-Quota", "7"), ("Via", "x")]),
        [("approve", "x-quota", "header", "it", "none")],
    ),
    (
        on("GET", UNKNOWN, text=lambda text: text.replace("UNKNOWN_REFUND", "REFUND_NOT_FOUND")),
        [("refused", "status", "error word", "REFUND_NOT_FOUND", "UNKNOWN_REFUND")],
    ),
    (
        on("GET", UNKNOWN, text=lambda text: text.replace("There is no", "No")),
        [("refused", "message", "error word", SAID.replace("There is no", "No"), SAID)],
    ),
    (
        on("GET", UNKNOWN, text=lambda _: "<html>Not here</html>"),
        [("refused", "", "body", "something that is no JSON", "JSON")],
    ),
    (
        on("GET", "/payouts/refunds", body=lambda body: body if "content" not in body else row(
            without("created_by"), 3)(body)),
        [("list", "content[].created_by", "key", "a text, in some elements", "a text")],
    ),
    (
        on("GET", "/payouts/refunds", text=lambda text: text.replace(":110,", ":110.00,")),
        [("list", "content[].amount", "number style", "110.00", "35")],
    ),
    (
        on(
            "PUT",
            "/payouts/refunds",
            headers=lambda of: [(n, v + "; charset=utf-8" * (n == "Content-Type")) for n, v in of],
        ),
        [("approve", "content-type", "header", "application/json;charset", "application/json")],
    ),
    (
        on("GET", "/payouts/refunds", text=lambda text: text.replace('"size":50', '"size":5e1')),
        [("list", "page.size", "number style", "5e1", "50")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "differences"), PLANTED)
def test_a_planted_difference_is_named_once_and_nothing_else_is(
    other: Other, tmp_path: Path, change: Change, differences: list[tuple[str, ...]]
) -> None:
    other.change = change
    report = compared(other, script(tmp_path, LEAN))
    got = found(report)

    assert (len(got), report["left_out"]) == (len(differences), [])
    for one, wanted in zip(got, differences, strict=True):
        assert one[:3] == wanted[:3]
        assert (one[3].startswith(wanted[3]), one[4].startswith(wanted[4])) == (True, True), one


def test_beside_another_sandbox_no_script_that_comes_with_it_finds_any(
    other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what a script wants equal is there."""
    looked: list[tuple[Any, bool]] = []

    def look(value: Any, place: Any) -> Any:
        at = list(values_at(value, place))
        looked.append((place, at != []))
        return iter(at)

    monkeypatch.setattr(answers, "values_at", look)
    report = compared(other)
    texts = [file.read_text("utf-8") for file in data_folder("comparisons").iterdir()]

    assert report["scripts"] == SHIPPED
    assert report["steps"] == sum(len(yaml.safe_load(text)["steps"]) for text in texts)
    assert (report["differences"], report["left_out"]) == ([], [])
    assert len(looked) > 60
    assert [place for place, is_there in looked if not is_there] == []


@pytest.mark.parametrize(
    ("settings", "theirs", "ours"),
    [
        ({"accepted_after": "3h"}, "still PENDING_WITH_BANK after 10m", "ACCEPTED_BY_BANK after"),
        ({"pending_after": "3h"}, "still APPROVED after 10m", "ACCEPTED_BY_BANK after"),
    ],
)
def test_a_state_that_comes_too_late_is_named_and_nothing_that_follows_from_it(
    other: Other, tmp_path: Path, settings: dict[str, str], theirs: str, ours: str
) -> None:
    other.behind.change_settings(lean=settings)
    [(step, place, what, has, have)] = found(compared(other, script(tmp_path, LEAN)))
    assert (step, place, what, has) == ("settle", "status", "state", theirs)
    assert have.startswith(ours)


def test_another_end_and_another_order_of_states_are_named(other: Other, tmp_path: Path) -> None:
    other.behind.scenarios.on("refund-rejected-by-bank")
    [(step, _, what, theirs, _)] = found(compared(other, script(tmp_path, LEAN)))
    assert (step, what, theirs.split()[0]) == ("settle", "state", "FAILED")
    other.behind.reset()
    turned = iter(["PENDING_WITH_BANK", "APPROVED", "ACCEPTED_BY_BANK"])

    def in_turn(body: Any) -> Any:
        is_approved = body["status"] not in ("CREATED",)
        return {**body, "status": next(turned)} if is_approved else body

    other.change = on("GET", "/payouts/refunds/", body=lambda b: in_turn(b) if "content" not in b
                      and "refund_id" in b else b)  # fmt: skip
    [(_, _, what, theirs, ours)] = found(compared(other, script(tmp_path, LEAN)))
    assert (what, theirs) == ("state", "PENDING_WITH_BANK, then APPROVED, then ACCEPTED_BY_BANK")
    assert ours == "APPROVED, then PENDING_WITH_BANK, then ACCEPTED_BY_BANK"


def test_how_long_each_side_took_is_told_though_it_is_no_difference(
    other: Other, tmp_path: Path
) -> None:
    other.behind.change_settings(lean={"pending_after": "1m"})
    report = compared(other, script(tmp_path, LEAN))
    [times] = report["times"]
    assert report["differences"] == []
    assert "Lean had APPROVED at once, PENDING_WITH_BANK after 1m" in times["reason"]


def test_what_cannot_go_on_is_said_and_what_would_follow_is_not(
    other: Other, tmp_path: Path
) -> None:
    other.change = on("POST", "/payouts/refunds", status=403, body=lambda _: {"status": "NO"})
    report = compared(other, script(tmp_path, LEAN))
    assert found(report) == [("create", "", "status", "403 (NO)", "201")]
    assert [each["step"] for each in report["left_out"]] == ["get", "approve", "settle"]
    assert report["left_out"][0]["reason"] == (
        "it wants {refund}, which create ([].refund_id) did not give"
    )
    assert report["steps"] == 3


def test_lists_are_one_shape_whatever_their_length(other: Other, tmp_path: Path) -> None:
    other.behind.seed(refunds=30, seed=3)
    assert found(compared(other, script(tmp_path, LEAN))) == []


def test_words_and_exit_codes(other: Other, tmp_path: Path) -> None:
    file = script(tmp_path, LEAN)
    words = (file, "--lean", other.url, "--yes", "--set", "payment=" + "1ea00000-0000-4000-a000-"
             "000000000001")  # fmt: skip
    assert run(*words, "--strict").exit_code == 0
    other.change = on("GET", GET, body=first(without("refund_intent_id")))
    said = run(*words)
    assert said.exit_code == 0
    line, _, last = said.stdout.splitlines()
    assert line == ("mine > get: refund_intent_id: key: Lean has none, the sandbox has null")
    assert last == "1 script, 6 steps compared, 1 difference"
    other.change = on("GET", GET, body=first(without("refund_intent_id")))
    assert run(*words, "--strict").exit_code == 1


def test_a_script_that_needs_what_was_not_given_is_left_out(other: Other) -> None:
    said = run("lahza-refunds", "--lahza", other.url)
    assert "lahza-refunds: left out: it wants --set transaction=…, the reference of" in said.stdout
    assert other.seen == []


def test_a_bare_number_of_a_recorded_file_is_read_as_written() -> None:
    from sandbox.compare.exact import read, written

    raw = b'{"b":[35,35.0,35.00,-0,1e2,null,true],"a":"\xd9\x86"}'
    assert written(read(raw)).encode() == raw
    assert json.loads(written(read(raw)))["b"][0] == 35
