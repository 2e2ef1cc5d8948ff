"""Bad input of every kind: the provider's own error, never a 500, and nothing changed."""

import gzip
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import LAHZA, LEAN, Box

CALLS = [
    ("POST", "/payouts/refunds"),
    ("PUT", "/payouts/refunds"),
    ("POST", "/refund"),
    ("POST", "/payouts/v1/payment"),
    ("POST", "/payouts/v1/payment/destinations"),
    ("POST", "/customers/v1"),
    ("POST", "/payments/v1/intents"),
    ("POST", "/payments/v1/destinations"),
    ("POST", "/reconciliation/v1/payments"),
]
PAYMENT = "1ea00000-0000-4000-a000-000000000001"
NUMBERS = [
    *"1e400 -1e400 1e999999999 1e99999999999999999999 1e-400 -0 -1 0.001 NaN Infinity".split(),
    *"-Infinity 0x10 01 1. .5 --1".split(),
    "9" * 5000,
    "1." + "0" * 4000 + "1",
]
BODIES = [
    b"{",
    b"[",
    b"[{}",
    b"\xff\xfe[\x00]\x00",
    "[]".encode("utf-16"),
    "[{}]".encode("utf-32"),
    b'["\xff"]',
    b'["\xc0\x80"]',
    b'["\\ud800"]',
    b'[{"payment_id":"\\udfff","amount":1,"reason_code":"x"}]',
    b'["\x00"]',
    b"[" * 100_000,
    b"[" * 60 + b"]" * 60,
    b'{"a":' * 100_000,
    gzip.compress(b"[]"),
    b'[{"a":1,"a":2}]',
    b"x" * 10_000_000,
    b'{"transaction":"' + b"x" * 100_000 + b'"}',
]


READS = [
    "/payouts/refunds",
    "/payouts/v1/payments",
    "/customers/v1",
    "/payments/v1/intents?page=0&size=50",
    "/payments/v1/destinations",
]


def state(box: Box) -> tuple[bytes, ...]:
    return box.lahza.get("/refund").content, *(box.lean.get(path).content for path in READS)


def check(path: str, answer: requests.Response) -> None:
    """An error in the words of the provider whose path it is."""
    assert 400 <= answer.status_code < 500, answer.text
    body = answer.json()
    if path.startswith("/refund"):
        assert body["status"] is False
        assert body["message"]
    else:
        assert list(body) == ["timestamp", "status", "message", "metadata"]


def send(box: Box, method: str, path: str, body: bytes, **headers: str) -> requests.Response:
    api = box.lahza if path.startswith("/refund") else box.lean
    return api.call(method, path, body, headers=headers)


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bad_bodies(box: Box, method: str, path: str, body: bytes) -> None:
    before = state(box)
    check(path, send(box, method, path, body, **{"Content-Type": "application/json"}))
    assert state(box) == before


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_bad_amounts(box: Box, number: str) -> None:
    before = state(box)
    item = f'"amount":{number},"reason_code":"CUSTOMER_REQUEST"'
    lean = f'[{{"payment_id":"{PAYMENT}",{item}}}]'.encode()
    check("/payouts", box.lean.post("/payouts/refunds", lean))
    lahza = f'{{"transaction":"fixture-success","amount":{number}}}'.encode()
    check("/refund", box.lahza.post("/refund", lahza))
    assert state(box) == before


WRONG: list[Any] = [None, True, 7, -1, 1.5, "", " ", "x", "\0", "é" * 300, [], [[]], {}, {"a": {}}]
FIELDS: list[tuple[str, str, str, list[Any]]] = [
    ("POST", "/payouts/refunds", "payment_id", []),
    ("POST", "/payouts/refunds", "amount", [7, 1.5]),
    ("POST", "/payouts/refunds", "reason_code", []),
    ("POST", "/payouts/refunds", "status", [None]),
    ("POST", "/payouts/refunds", "currency", [None]),
    ("POST", "/payouts/refunds", "description", [v for v in WRONG if v is None or type(v) is str]),
    ("POST", "/payouts/refunds", "beneficiary", [None, {}, {"a": {}}]),
    ("PUT", "/payouts/refunds", "refund_id", []),
    ("PUT", "/payouts/refunds", "status", []),
    ("POST", "/refund", "transaction", []),
    ("POST", "/refund", "amount", [None, 7]),
    ("POST", "/refund", "currency", [None]),
]


@pytest.mark.parametrize(("method", "path", "field", "right"), FIELDS)
def test_wrong_types_in_every_field(
    box: Box, method: str, path: str, field: str, right: list[Any]
) -> None:
    """`right` are those that are not wrong there."""
    refund = box.lean_refund(PAYMENT, 1).json()[0]["refund_id"]
    good: dict[tuple[str, str], dict[str, Any]] = {
        CALLS[0]: {"payment_id": PAYMENT, "amount": 1, "reason_code": "CUSTOMER_REQUEST"},
        CALLS[1]: {"refund_id": refund, "status": "APPROVED"},
        CALLS[2]: {"transaction": "fixture-success", "amount": 100},
    }
    before = state(box)
    for value in WRONG:
        if any(type(value) is type(one) and value == one for one in right):
            continue
        item = {**good[method, path], field: value}
        body = json.dumps(item if path == "/refund" else [item]).encode()
        check(path, send(box, method, path, body, **{"Content-Type": "application/json"}))
    assert state(box) == before


CUSTOMER = "1ea00000-0000-4000-8000-000000000001"
DESTINATION = {
    "name": "Noor Haddad",
    "display_name": "Noor",
    "address": "1 Creek Road",
    "city": "Dubai",
    "country": "ARE",
    "iban": "AE840260011928374650912",
    "account_number": "7",
    "swift_code": "EBILAEAD",
    "bank_identifier": "LEANMB1",
    "customer_id": CUSTOMER,
    "branch_address": "2 Creek Road",
    "bank_type": "RETAIL",
    "government_identifier": {"type": "EMIRATES_ID", "value": "784"},
}
GOOD: list[tuple[str, Any]] = [
    ("/customers/v1", {"app_user_id": "user-1"}),
    (
        "/payments/v1/intents",
        {
            "customer_id": CUSTOMER,
            "amount": 20,
            "currency": "AED",
            "description": "Order 1",
            "payment_destination_id": "1ea00000-0000-4000-9000-000000000001",
            "purpose_code": "GDI",
            "metadata": {"a": 1},
        },
    ),
    (
        "/consents/v1/account-on-file",
        {
            "customer_id": CUSTOMER,
            "destination_account_id": "1ea00000-0000-4000-9000-000000000001",
            "currency": "AED",
            "reference": "Order 1",
            "purpose": "GDS",
            "control_parameters": {
                "type": "VariableOnDemand",
                "period_type": "Month",
                "max_individual_amount": 1000,
                "max_cumulative_number_of_payments": 9,
            },
            "government_identifier": {"type": "EMIRATES_ID", "value": "1"},
            "start_date_time": "2026-05-13T00:00:00Z",
            "expiration_date_time": "2099-05-13T00:00:00Z",
            "immediate_payment": {"amount": 5, "reference": "1", "creditor_reference": "2"},
        },
    ),
    ("/payments/v1/destinations", DESTINATION),
    ("/payouts/v1/payment/destinations", [DESTINATION]),
    (
        "/reconciliation/v1/payments",
        {
            "payment_initiation_date": {"from": "1970-01-01", "to": "9999-12-31"},
            "pagination": {"page_number": 0, "results_per_page": 50},
            "customer_id": CUSTOMER,
            "status": "RECONCILED",
            "amount": {"minimum": 1, "maximum": 1000},
            "search_query": "order",
        },
    ),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all that a JSON value holds."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, held in inner:
        yield (*path, key)
        if isinstance(held, dict | list):
            yield from places(held, (*path, key))


def put_at(value: Any, path: tuple[Any, ...], strange: Any) -> Any:
    """A JSON value with another one in one place."""
    if not path:
        return strange
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = put_at(changed[path[0]], path[1:], strange)
    return changed


@pytest.mark.slow
@pytest.mark.parametrize(("path", "good"), GOOD, ids=[path for path, _ in GOOD])
def test_anything_in_every_place_of_a_body(box: Box, path: str, good: Any) -> None:
    assert box.lean.post(path, good).status_code == 200
    for place in places(good):
        before, answers = state(box), []
        for value in [*WRONG, "9999-12-31T23:59:59.999999999Z", 10**40, [None], "عر"]:
            answers.append(box.lean.post(path, put_at(good, place, value)))
            if answers[-1].status_code != 200:
                check(path, answers[-1])
        if all(answer.status_code != 200 for answer in answers):
            assert state(box) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/json; charset=x"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "nonsense"])
def test_bad_headers(box: Box, kind: str, encoding: str) -> None:
    headers = {"Content-Type": kind, "Content-Encoding": encoding}
    for method, path in CALLS:
        check(path, send(box, method, path, gzip.compress(b"[]"), **headers))


@pytest.mark.parametrize(
    "path",
    [
        "/payouts/refunds/%00",
        "/payouts/refunds/%ff%fe",
        "/payouts/refunds/..%2f..%2fetc",
        "/payouts/refunds?status=%ff",
        "/payouts/refunds?page=" + "9" * 5000,
        "/refund/%00",
        "/refund/%F0%9F%98%80",
        "/refund/" + "9" * 5000,
        "/refund?page=%D9%A1",
        "/refund?from=9999999-01-01",
        "/refund?to=0001-01-01T00:00:00%2B23:59x",
    ],
)
def test_bad_paths_and_queries(box: Box, path: str) -> None:
    check(path, send(box, "GET", path, b""))


def test_a_form_as_odd_as_can_be(box: Box) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"%ff=%ff", b"&&&=", b"transaction=%00", b"a=1&" * 50_000):
        check("/refund", send(box, "POST", "/refund", body, **form))
    multipart = {"Content-Type": "multipart/form-data"}
    check("/refund", send(box, "POST", "/refund", b"--", **multipart))


def test_headers_that_no_client_sends(box: Box) -> None:
    host = box.url.removeprefix("http://")
    for name, value in (("Authorization", b"Bearer \xff\xfe"), ("Sandbox-Scenario", b"\xff;=;")):
        connection = http.client.HTTPConnection(host)
        connection.putrequest("GET", "/refund")
        connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        assert 400 <= answer.status < 500
        assert json.loads(answer.read())["status"] is False
        connection.close()


def json_values() -> st.SearchStrategy[Any]:
    keys = st.sampled_from(
        "payment_id amount reason_code transaction refund_id status currency customer_id "
        "app_user_id payment_details payment_initiation_date from to iban name".split()
    )
    known = st.sampled_from([PAYMENT, "CUSTOMER_REQUEST", "APPROVED", "fixture-success", "AED"])
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | known
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
        max_leaves=15,
    )


@pytest.mark.slow
@given(json_values(), st.booleans())
@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_json_is_too_strange(box: Box, value: Any, wrapped: bool) -> None:
    body = json.dumps([value] if wrapped else value).encode("utf-8", "surrogatepass")
    before, refused = state(box), 0
    for method, path in CALLS:
        answer = send(box, method, path, body)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            check(path, answer)
            refused += 1
    assert (state(box) == before) is (refused == len(CALLS))
    assert box.admin.get("/requests?limit=3").status_code == 200


def test_a_body_of_ten_megabytes_to_the_admin_api(box: Box) -> None:
    answer = box.admin.post("/seed", b"x" * 10_000_000)

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        413,
        "application/problem+json",
    )


def test_both_credentials_are_checked_before_a_body(box: Box) -> None:
    for headers, path in ((LEAN, "/refund"), (LAHZA, "/payouts/refunds")):
        assert box.anyone.post(path, b"{", headers=headers).status_code == 401
