"""`assert_called`: which calls it means, and what it says when there was none."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sandbox.client import Sandbox
from sandbox.client.entries import Entry
from sandbox.client.matching import Wanted
from sandbox.engine.journal import MOST_ENTRIES
from tests.kit import Box


@pytest.fixture
def seen(sandbox: Sandbox, box: Box) -> Sandbox:
    """A sandbox that has seen four calls."""
    box.lahza.post("/refund?x=1", {"transaction": "fixture-success", "amount": 2600})
    box.lahza.post("/refund", {"transaction": "fixture-failed", "amount": 2500})
    box.lahza.get("/refund/3500000")
    box.lean_refund(str(sandbox.fixtures["lean"]["payments"]["reconciled"]["id"]), 12.5)
    return sandbox


def test_calls_that_were_made(seen: Sandbox) -> None:
    called = seen.requests.assert_called
    assert len(called("POST", "/refund")) == 2
    assert [entry["status"] for entry in called("post", "/refund", times=2)] == [200, 400]
    called("POST", "/refund", times=1, json={"amount": 2500})
    called("POST", "/refund", times=1, json={"amount": ANY, "transaction": "fixture-success"})
    called("POST", "/refund", times=1, query={"x": "1"})
    called("POST", "/refund", times=2, headers={"content-type": "application/json"})
    called("POST", "/refund", times=1, status=400)
    called("GET", "/refund/*", times=1)
    called("POST", "/payouts/refunds", times=1, json=[{"amount": Decimal("12.50")}])
    seen.requests.assert_not_called("POST", "/refund", json={"amount": 1})


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            {"json": {"amount": 2500, "transaction": "fixture-success"}, "times": 1},
            [
                "POST /refund with json {'amount': 2500, 'transaction': 'fixture-success'}: "
                "expected 1 call, and there were 0.",
                "Nearest, of 4 calls that differ:",
                "  POST /refund → 400",
                "      json.transaction: wanted 'fixture-success', was 'fixture-failed'",
                "  POST /refund → 200",
                "      json.amount: wanted 2500, was 2600",
                "  POST /payouts/refunds → 201",
                "      path: wanted '/refund', was '/payouts/refunds'",
                "      json: wanted {'amount': 2500, 'transaction': 'fixture-success'}, was "
                "[{'payment_id': '1ea00000-0000-4000-a000-000000000001', 'amount': 12.5, "
                "'reason_code': 'CUSTOMER_REQUEST'}]",
            ],
        ),
        (
            {"json": {"currency": "ILS"}, "status": 200},
            [
                "POST /refund with json {'currency': 'ILS'} and status 200: "
                "expected at least 1 call, and there were 0.",
                "Nearest, of 4 calls that differ:",
                "  POST /refund → 200",
                "      json.currency: wanted 'ILS', was missing",
                "  POST /refund → 400",
                "      json.currency: wanted 'ILS', was missing",
                "      status: wanted 200, was 400",
                "  GET /refund/3500000 → 200",
            ],
        ),
        (
            {"times": 0},
            [
                "POST /refund: expected 0 calls, and there were 2.",
                "  POST /refund → 200",
                "  POST /refund → 400",
            ],
        ),
    ],
)
def test_what_is_said_of_those_that_come_nearest(
    seen: Sandbox, wanted: dict[str, Any], said: list[str]
) -> None:
    with pytest.raises(AssertionError) as failed:
        seen.requests.assert_called("POST", "/refund", **wanted)
    assert str(failed.value).splitlines()[: len(said)] == said


def test_what_is_said_where_nothing_was_called(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError) as failed:
        sandbox.requests.assert_called("GET", "/refund")
    assert str(failed.value) == (
        "GET /refund: expected at least 1 call, and there were 0. There was no call at all."
    )


@pytest.mark.parametrize(
    ("method", "path", "rest", "said"),
    [
        ("/refund", "POST", {}, "'/REFUND' is no method"),
        ("PSOT", "/refund", {}, "'PSOT' is no method"),
        ("POST", "http://127.0.0.1:8426/refund", {}, "is not a path like"),
        ("POST", "/w/other/refund", {}, "is not a path like"),
        ("POST", "/refund?x=1", {}, "which is given as query="),
        ("POST", "/refund", {"times": "1"}, "times is '1'"),
        ("POST", "/refund", {"times": -1}, "times is -1"),
    ],
)
def test_what_no_call_can_be_is_refused(
    sandbox: Sandbox, method: str, path: str, rest: dict[str, Any], said: str
) -> None:
    """Else `assert_not_called` would pass for want of any."""
    with pytest.raises(ValueError, match=re.escape(said)):
        sandbox.requests.assert_called(method, path, **rest)
    if not rest:
        with pytest.raises(ValueError, match=re.escape(said)):
            sandbox.requests.assert_not_called(method, path)


def test_what_is_hidden_proves_nothing(seen: Sandbox, box: Box) -> None:
    """Neither that there was such a call, nor that there was none."""
    hidden: dict[str, Any] = {"headers": {"Authorization": "Bearer x"}}
    for requires in (seen.requests.assert_called, seen.requests.assert_not_called):
        with pytest.raises(AssertionError) as failed:
            requires("GET", "/refund/*", **hidden)
        assert "there were 0. Of 1 call more it can't be told." in str(failed.value)
        assert "wanted 'Bearer x', was struck out, so it can't be compared" in str(failed.value)
    seen.requests.assert_not_called("GET", "/payouts/refunds", **hidden)

    box.lahza.post("/refund", {"amount": 7, "merchant_note": "x" * 70_000})
    with pytest.raises(AssertionError, match="was too long to be kept whole"):
        seen.requests.assert_not_called("POST", "/refund", json={"amount": 7})
    seen.requests.assert_called("POST", "/refund", json={"amount": 2500})


def test_what_is_hidden_in_part_proves_nothing(sandbox: Sandbox, box: Box) -> None:
    box.lahza.post("/refund", {"note": "paid with sk_test_mine"})

    with pytest.raises(AssertionError, match="was struck out"):
        sandbox.requests.assert_not_called("POST", "/refund", json={"note": "paid with sk_test_x"})


@pytest.mark.slow
def test_what_is_no_longer_kept_proves_nothing(sandbox: Sandbox, box: Box) -> None:
    box.lahza.get("/refund/3018201")
    for _ in range(MOST_ENTRIES):
        box.lahza.get("/transaction/none")
    sandbox.requests.assert_called("GET", "/transaction/*")
    for path, times in (("/refund/*", 0), ("/transaction/none", MOST_ENTRIES)):
        with pytest.raises(AssertionError, match="The first 1 call can't be told of"):
            sandbox.requests.assert_called("GET", path, times=times)
    sandbox.requests.clear()
    sandbox.requests.assert_not_called("GET", "/refund/*")


def test_a_page_is_told_by_its_title(sandbox: Sandbox, box: Box) -> None:
    """Not by its style sheet."""
    body = {"amount": 15050, "email": "payer@example.com"}
    data = box.lahza.post("/transaction/initialize", body).json()["data"]
    box.anyone.get(f"/checkout/{data['access_code']}")
    *_, line = sandbox.requests.told().splitlines()

    assert line == "  answered  200  a page: Pay ILS 150.50 – Sandbox: no money moves"


def test_calls_that_repeat_are_told_once(sandbox: Sandbox, box: Box) -> None:
    refund = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    for _ in range(5):
        box.lahza_status(refund)
    lines = sandbox.requests.told().splitlines()
    assert lines[3] == f"2026-05-13T11:50:42.625199Z  GET /refund/{refund}" + (
        "  (5 times, until 2026-05-13T11:50:42.625199Z)"
    )
    assert len(lines) == 5
    assert sandbox.requests.told(most=1).splitlines()[0] == "… 1 before that"


_LEAF = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
_JSON = st.recursive(
    _LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=12,
)


def _entry(body: object) -> Entry:
    return Entry(
        id=1,
        at="",
        provider=None,
        method="POST",
        path="/refund",
        query="",
        hint=None,
        headers={},
        body=body,
        status=200,
        response=None,
        scenario=None,
        duration_ms=1,
    )


def _less(value: Any, draw: Any) -> Any:
    """A JSON value with some of its objects' keys left out."""
    if isinstance(value, dict):
        return {key: _less(inner, draw) for key, inner in value.items() if draw(st.booleans())}
    if isinstance(value, list):
        return [_less(inner, draw) for inner in value]
    return value


def _leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from _leaves(inner, (*way, key))
    else:
        yield way


def _with(value: Any, way: tuple[Any, ...], leaf: object) -> Any:
    if not way:
        return leaf
    copy = value.copy()
    copy[way[0]] = _with(value[way[0]], way[1:], leaf)
    return copy


def _differences(wanted: object, body: object) -> list[str]:
    found = Wanted("POST", "/refund", wanted, {}, {}, None).differences(_entry(body))
    return [difference.where for difference in found]


@given(_JSON, st.data())
def test_a_body_may_hold_more_than_is_wanted_but_nothing_else(body: Any, data: Any) -> None:
    """And one leaf that is another is the one difference that is found."""
    wanted = _less(body, data.draw)
    assume(wanted is not None)
    assert _differences(wanted, body) == []
    if leaves := list(_leaves(wanted)):
        way = data.draw(st.sampled_from(leaves))
        where = "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in way)
        assert _differences(_with(wanted, way, {"another": 1}), body) == [f"json{where}"]


@pytest.mark.parametrize(
    ("wanted", "was", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (True, 1, False),
        (False, 0, False),
        (2500, "2500", False),
        (Decimal("0.1"), 0.1, True),
        ([1], [1, 2], False),
        ({}, {"a": 1}, True),
        ({"a": None}, {}, False),
        (ANY, True, True),
    ],
)
def test_json_is_compared_as_json(wanted: object, was: object, same: bool) -> None:
    assert (_differences({"x": wanted}, {"x": was}) == []) is same
