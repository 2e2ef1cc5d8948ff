"""What the admin API refuses: always a problem document that says what would do."""

from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import __version__
from tests.kit import Box

PAYMENT = "1ea00000-0000-4000-a000-000000000001"
METHODS = [
    ("/health", "GET"),
    ("/clock", "GET, PUT"),
    ("/clock/advance", "GET, POST"),
    ("/reset", "POST"),
    ("/fixtures", "GET"),
    ("/seed", "POST"),
    ("/scenarios", "GET, POST"),
    ("/scenarios/over-refund", "DELETE, GET, PUT"),
    ("/requests", "DELETE, GET"),
    ("/settings", "GET, PATCH"),
    ("/lean/payments", "POST"),
    (f"/lean/payments/{PAYMENT}", "PATCH"),
    ("/lean/application", "PATCH"),
    ("/lean/refunds/x/settle", "POST"),
    ("/lahza/transactions", "POST"),
    ("/lahza/transactions/1", "PATCH"),
    ("/lahza/merchant", "PATCH"),
    ("/lahza/refunds/1/settle", "POST"),
]
BODIES = [
    (method, path)
    for path, methods in METHODS
    for method in methods.split(", ")
    if method in ("POST", "PUT", "PATCH") and path not in ("/scenarios", "/reset")
]


def check(answer: requests.Response, http: int) -> dict[str, Any]:
    """A problem document (RFC 9457) with this status; returns it."""
    assert answer.status_code == http, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == http
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"]
    return problem


def world(box: Box) -> list[bytes]:
    """All that calls with bodies could change."""
    places = ["/clock", "/settings", "/scenarios"]
    lists = [
        box.lean.get("/payouts/refunds"),
        box.lahza.get("/refund"),
        box.lahza.get("/transaction"),
    ]
    return [answer.content for answer in (*map(box.admin.get, places), *lists)]


def test_health_says_version_and_time(box: Box) -> None:
    assert box.admin.get("/health").json() == {
        "status": "ok",
        "version": __version__,
        "now": "2026-05-13T11:50:42.625199Z",
    }


@pytest.mark.parametrize(("path", "methods"), METHODS)
def test_a_wrong_method_names_the_right_ones(box: Box, path: str, methods: str) -> None:
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(methods.split(", ")):
        answer = box.admin.call(method, path)
        problem = check(answer, 405)
        assert answer.headers["Allow"] == methods
        assert problem["detail"] == f"/_sandbox{path} takes {methods}, not {method}"


@pytest.mark.parametrize(
    ("path", "body", "field", "valid"),
    [
        ("/settings", {"lena": {}}, "lena", "lean, lahza"),
        ("/settings", {"lean": 7}, "lean", ""),
        ("/settings", {"lean": None}, "lean", ""),
        ("/settings", {"lean": {"pendingafter": 1}}, "lean.pendingafter", "pending_after"),
        ("/settings", {"lean": {"pending_after": None}}, "lean.pending_after", ""),
        ("/settings", {"lean": {"pending_after": True}}, "lean.pending_after", "P3DT2H"),
        ("/settings", {"lean": {"accepted_after": "-5m"}}, "lean.accepted_after", ""),
        ("/settings", {"lean": {"accepted_after": 1e300}}, "lean.accepted_after", ""),
        ("/settings", {"lahza": {}, "lean": {"x": 1}}, "lean.x", "accepted_after"),
        ("/lean/application", {"payouts": True}, "payouts", "payouts_configured, products"),
        ("/lean/application", {"payouts_configured": 1}, "payouts_configured", ""),
        ("/lean/application", {"products": "payouts"}, "products", ""),
        ("/lean/application", {"products": None}, "products", ""),
        ("/lean/application", {"products": ["loans"]}, "products[0]", "reconciliation"),
        ("/lahza/merchant", {"balances": {}}, "balances", "balance"),
        ("/lahza/merchant", {"balance": 5000}, "balance", ""),
        ("/lahza/merchant", {"balance": {"EUR": 1}}, "balance.EUR", "ILS, JOD, USD"),
        ("/lahza/merchant", {"balance": {"ILS": -1}}, "balance.ILS", ""),
        ("/lahza/merchant", {"balance": {"ILS": 1.5}}, "balance.ILS", ""),
        ("/lahza/merchant", {"balance": {"ILS": "1"}}, "balance.ILS", ""),
        ("/lahza/merchant", {"balance": {"ILS": True}}, "balance.ILS", ""),
    ],
)
def test_a_bad_value_names_its_key_and_what_would_do(
    box: Box, path: str, body: Any, field: str, valid: str
) -> None:
    before = world(box)
    problem = check(box.admin.patch(path, body), 400)

    assert problem["field"] == field
    assert valid in problem["reason"]
    assert problem["detail"] == f"{field}: {problem['reason']}"
    assert world(box) == before


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_a_body_that_is_no_json_object(box: Box, method: str, path: str) -> None:
    for body in (
        *(b"[]", b"null", b"7", b'"x"', b"{", b'{"a":NaN}', b'{"a":Infinity}', b"\xff", b"\x00"),
        *(b'{"\\ud800":1}', b"[" * 100_000, b'{"a":' * 100_000, "{}".encode("utf-16")),
    ):
        before = world(box)
        answer = box.admin.call(method, path, body)
        assert 400 <= answer.status_code < 500
        check(answer, 404 if "/transactions/1" in path and answer.status_code == 404 else 400)
        assert world(box) == before
    check(box.admin.call(method, path, b"x" * 10_000_000), 413)


def json_objects() -> st.SearchStrategy[Any]:
    keys = st.sampled_from(
        "by to until now mode rate seed offset payments transactions parameters amount currency "
        "status reconciliation reconcile_after customer_id reference domain email reason products "
        "payouts_configured balance ILS lean lahza pending_after processing_after list_meta".split()
    )
    known = st.sampled_from(["1d", "idle", "frozen", "AED", "ILS", "failed", "FAILED", "test"])
    numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    leaves = st.none() | st.booleans() | numbers | st.text(max_size=5) | known
    inner = st.recursive(
        leaves,
        lambda more: st.lists(more, max_size=3) | st.dictionaries(keys, more, max_size=3),
        max_leaves=5,
    )
    return st.dictionaries(keys, inner, max_size=2)


@pytest.mark.slow
@given(st.sampled_from(BODIES), json_objects())
@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_object_is_too_strange(box: Box, call: tuple[str, str], body: Any) -> None:
    box.admin.post("/reset", {"mode": "frozen", "now": "2026-05-13T11:50:42.625199Z"})
    answer = box.admin.call(*call, body)

    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        check(answer, answer.status_code)
    assert box.admin.get("/clock").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("PUT", "/clock", {"mode": "stopped"}, "mode: valid: realtime, frozen"),
        ("PUT", "/clock", {"rate": "x"}, "rate: must be a number"),
        ("PUT", "/clock", {"rate": 0}, "rate: must be above 0 and at most 1000000"),
        ("POST", "/reset", {"seed": "x"}, "seed: must be a whole number"),
        ("POST", "/reset", {"seed": -1}, f"seed: must be from 0 to {10**18 - 1}"),
        ("POST", "/clock/advance", {}, "give one of by, to, until"),
        ("PATCH", "/settings", {"lahza": {"list_meta": 1}}, "lahza.list_meta: valid: true, false"),
        ("PUT", "/scenarios/rate-limited", {"parameters": 5}, "parameters: must be an object"),
        ("PUT", "/webhooks/lean", {}, "url: is missing"),
        ("PUT", "/webhooks/lean", {"url": None}, "url: must not be null"),
        ("PUT", "/webhooks/lean", {"url": 7}, "url: must be a text"),
        ("PUT", "/webhooks/lean", {"url": "x", "events": 7}, "events: must be a list"),
    ],
)
def test_one_mistake_reads_the_same_everywhere(
    box: Box, method: str, path: str, body: dict[str, Any], detail: str
) -> None:
    """As on the command line and in files: `valid: a, b`, `must be …`."""
    answer = box.admin.call(method, path, body)
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)
