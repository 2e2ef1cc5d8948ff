"""Whether money has arrived: the search of payments, deposits, and that all reads agree."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box
from tests.lean.calls import (
    FAILED,
    NEW,
    NOBODY,
    RECONCILED,
    UNRECONCILED,
    deposit,
    deposits,
    error,
    found,
    intent,
    pay,
    search,
    state,
)

DAYS = {"payment_initiation_date": {"from": "2026-05-01", "to": "2026-05-31"}}


# The search -------------------------------------------------------------------------------------


def test_what_the_search_finds_is_what_each_payment_says(box: Box) -> None:
    answer = search(box)

    assert answer["pagination"] == {
        "page_number": 0,
        "results_per_page": 100,
        "total_results": len(answer["payments"]),
    }
    for payment in answer["payments"]:
        path = f"/reconciliation/v1/payments/{payment['id']}"
        assert box.lean.get(path).json() == payment
    fixtures = box.admin.get("/fixtures").json()["lean"]["payments"].values()
    under_way = {fixture["id"] for fixture in fixtures if fixture["reconciliation"] is not None}
    assert {payment["id"] for payment in answer["payments"]} == under_way


def test_the_search_looks_at_payments_and_at_what_has_arrived_for_them(box: Box) -> None:
    of_new = {"customer_id": NEW}
    matched = pay(box, **of_new)
    partly = pay(box, **of_new, reconciliation="OUTSTANDING", status="PENDING_WITH_BANK")["id"]
    deposit(box, partly, amount=1)
    awaited = pay(box, payment_intent_id=intent(box)["payment_intent_id"])["id"]
    for match, of in (("UNIQUE", matched["id"]), ("PARTIAL", partly), ("NO_MATCH", awaited)):
        assert found(box, deposit_match_type=match, **of_new) == [of]
    source = matched["payment_source_id"]
    arrived = deposits(box)[0]["deposit_source_id"]

    assert found(box, payment_status="PENDING_WITH_BANK", **of_new) == [partly]
    assert found(box, source_id=source) == [awaited, partly, matched["id"]]
    assert set(found(box, source_id=arrived)) >= {awaited, partly, matched["id"]}
    assert found(box, source_id=NOBODY) == found(box, banks=["LEANMB1"]) == []
    assert found(box, banks=["LEANMB1", "LEAN_OF_RETAIL_UAE"], **of_new) == found(box, **of_new)
    box.advance("15m")
    assert found(box, deposit_match_type="UNIQUE", **of_new) == [awaited, matched["id"]]


@pytest.mark.parametrize(
    "filters",
    [
        {"deposit_match_type": "MAYBE"},
        {"payment_status": "PAID"},
        {"banks": "X"},
        {"source_id": "x"},
    ],
)
def test_a_filter_of_the_search_that_is_none(box: Box, filters: dict[str, Any]) -> None:
    [(field, value)] = filters.items()
    answer = box.lean.post("/reconciliation/v1/payments", {**DAYS, **filters})

    assert error(answer) == (400, "INVALID_PARAMETERS", f"{field}, value: {value}")


def test_each_filter_of_the_search(box: Box) -> None:
    first = pay(box, customer_id=NEW, amount=10, description="Invoice-77 فاتورة")["id"]
    box.advance("1d")
    second = pay(box, customer_id=NEW, amount=10.01, reconciliation="OUTSTANDING")["id"]
    failed = pay(box, customer_id=NEW, status="FAILED")["id"]
    box.advance("1d")
    third = pay(box, customer_id=NEW, amount=20, currency="USD")
    of_new = {"customer_id": NEW}

    assert found(box, **of_new) == [third["id"], second, first]
    assert failed not in found(box)
    assert found(box, status="OUTSTANDING", **of_new) == [second]
    assert second in found(box, status="OUTSTANDING")
    assert first not in found(box, status="OUTSTANDING")
    between = {"payment_initiation_date": {"from": "2026-05-14", "to": "2026-05-14"}}
    assert found(box, **between, **of_new) == [second]
    moment = {"from": "2026-05-13T11:50:42.625199Z", "to": "2026-05-13T11:50:42.625199Z"}
    assert found(box, payment_initiation_date=moment) == [first]
    assert found(box, amount={"minimum": 10.01, "maximum": 20}, **of_new) == [third["id"], second]
    assert found(box, amount={"maximum": 10}, **of_new) == [first]
    assert found(box, amount={"minimum": 10.005, "maximum": None}, **of_new) == [
        third["id"],
        second,
    ]
    for query in (
        first,
        first.upper(),
        "invoice-77",
        "فاتورة",
        box.lean.get(f"/payments/v1/{first}").json()["bank_transaction_reference"],
        box.lean.get(f"/payments/v1/{first}").json()["payment_intent_id"][:13],
    ):
        assert found(box, search_query=query) == [first]
    name = third["sender_details"]["name"].lower()
    assert third["id"] in found(box, search_query=name)
    assert found(box, search_query="") == found(box)
    assert found(box, search_query="no such words") == []


def test_pages_of_the_search(box: Box) -> None:
    everything = found(box)
    page = {"page_number": 1, "results_per_page": 3}
    answer = search(box, pagination=page)

    assert [payment["id"] for payment in answer["payments"]] == everything[3:6]
    assert answer["pagination"] == {**page, "total_results": len(everything)}
    default = {"page_number": 0, "results_per_page": 50, "total_results": len(everything)}
    pages: tuple[Any, ...] = ({}, None, {"page_number": None})
    for page in pages:
        assert search(box, pagination=page)["pagination"] == default
    assert search(box, pagination={"page_number": 99})["payments"] == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, "MISSING_PARAMETERS", "payment_initiation_date"),
        ({"payment_initiation_date": None}, "MISSING_PARAMETERS", "payment_initiation_date"),
        (
            {"payment_initiation_date": {"to": "2026-05-31"}},
            "MISSING_PARAMETERS",
            "payment_initiation_date->from",
        ),
        (
            {"payment_initiation_date": {"from": "2026-05-01", "to": None}},
            "MISSING_PARAMETERS",
            "payment_initiation_date->to",
        ),
        (
            {"payment_initiation_date": {"from": "yesterday", "to": "2026-05-31"}},
            "INVALID_PARAMETERS",
            "payment_initiation_date->from, value: yesterday",
        ),
        (
            {"payment_initiation_date": {"from": 20260501, "to": "2026-05-31"}},
            "INVALID_PARAMETERS",
            "payment_initiation_date->from, value: 20260501",
        ),
        (
            {"payment_initiation_date": "2026-05-01"},
            "INVALID_PARAMETERS",
            "payment_initiation_date, value: 2026-05-01",
        ),
        ({**DAYS, "status": "PAID"}, "INVALID_PARAMETERS", "status, value: PAID"),
        ({**DAYS, "customer_id": "x"}, "INVALID_PARAMETERS", "customer_id, value: x"),
        (
            {**DAYS, "pagination": {"results_per_page": 101}},
            "INVALID_PARAMETERS",
            "pagination->results_per_page, value: 101",
        ),
        (
            {**DAYS, "pagination": {"page_number": "0"}},
            "INVALID_PARAMETERS",
            "pagination->page_number, value: 0",
        ),
        (
            {**DAYS, "pagination": {"page_number": True}},
            "INVALID_PARAMETERS",
            "pagination->page_number, value: true",
        ),
        (
            {**DAYS, "amount": {"minimum": "1"}},
            "INVALID_PARAMETERS",
            "amount->minimum, value: 1",
        ),
        ({**DAYS, "search_query": 7}, "INVALID_PARAMETERS", "search_query, value: 7"),
        ([], "INVALID_PARAMETERS", "body, value: []"),
    ],
)
def test_a_bad_search(box: Box, body: Any, status: str, field: str) -> None:
    assert error(box.lean.post("/reconciliation/v1/payments", body)) == (400, status, field)


# Deposits ---------------------------------------------------------------------------------------


def test_a_reconciled_payment_has_a_deposit(box: Box) -> None:
    shown = state(box, RECONCILED)
    (listed,) = [d for d in deposits(box) if d["reconciliation"]["payment_id"] == RECONCILED]

    assert list(listed) == [
        "id",
        "description",
        "amount",
        "currency",
        "bank_deposit_reference",
        "timestamp",
        "local_timestamp",
        "beneficiary_account",
        "reconciliation",
        "deposit_source_id",
    ]
    assert shown["deposit"] == {
        "id": listed["id"],
        "description": listed["description"],
        "timestamp": listed["timestamp"],
        "amount": listed["amount"],
        "currency_code": listed["currency"],
    }
    assert listed["bank_deposit_reference"] == shown["reference"]
    assert listed["reconciliation"] == {"status": "RECONCILED", "payment_id": RECONCILED}
    recipient = box.lean.get(f"/payments/v1/{RECONCILED}").json()["recipient_details"]
    assert listed["beneficiary_account"]["iban"] == recipient["iban"]


def test_each_filter_of_the_deposits(box: Box) -> None:
    box.admin.post("/reset", {"mode": "frozen", "now": "2026-05-13T20:04:00Z"})
    late = deposit(box, UNRECONCILED, amount=1)
    in_dubai = {"start_date": "2026-05-14", "end_date": "2026-05-14"}

    assert late["local_timestamp"] == "2026-05-14T00:04:00+04:00"
    assert deposits(box, **in_dubai) == [late]
    assert deposits(box, **in_dubai, time_zone="UTC") == []
    seen = deposits(box, **in_dubai, local_timezone="Asia/Tokyo", time_zone="UTC")
    assert seen[0] == {**late, "local_timestamp": "2026-05-14T05:04:00+09:00"}
    everything = deposits(box)
    assert deposits(box, reconciliation_status="NOT_RECONCILED") == [late]
    assert deposits(box, reconciliation_status="RECONCILED") == everything[1:]
    source = late["deposit_source_id"]
    assert deposits(box, deposit_source_id=source) == everything
    assert deposits(box, deposit_source_id=source, reconciliation_status="NOT_RECONCILED") == [late]
    assert deposits(box, deposit_source_id=NOBODY) == []
    assert deposits(box, page=1, size=3) == everything[3:6]
    assert deposits(box, start_date="2026-05-15", end_date="2026-05-14") == []
    query = "start_date=2026-05-14&end_date=2026-05-14"
    assert box.lean.get(f"/reconciliation/v1/deposits?{query}").json()["page"] == {
        "number": 0,
        "size": 50,
        "total_elements": 1,
        "total_pages": 1,
    }


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("end_date=2026-05-14", "MISSING_PARAMETERS", "start_date"),
        ("start_date=2026-05-14", "MISSING_PARAMETERS", "end_date"),
        ("start_date=14.5.2026", "INVALID_PARAMETERS", "start_date, value: 14.5.2026"),
        (
            "start_date=2026-05-14T00:00:00Z",
            "INVALID_PARAMETERS",
            "start_date, value: 2026-05-14T00:00:00Z",
        ),
        ("size=101", "INVALID_PARAMETERS", "size, value: 101"),
        ("page=-1", "INVALID_PARAMETERS", "page, value: -1"),
        ("reconciliation_status=X", "INVALID_PARAMETERS", "reconciliation_status, value: X"),
        ("deposit_source_id=x", "INVALID_PARAMETERS", "deposit_source_id, value: x"),
        ("time_zone=Dubai", "INVALID_PARAMETERS", "time_zone, value: Dubai"),
        ("time_zone=../../etc/passwd", "INVALID_PARAMETERS", "time_zone, value: ../../etc/passwd"),
        ("local_timezone=Asia", "INVALID_PARAMETERS", "local_timezone, value: Asia"),
        ("local_timezone=%00", "INVALID_PARAMETERS", "local_timezone, value: \0"),
    ],
)
def test_a_bad_list_of_deposits(box: Box, query: str, status: str, field: str) -> None:
    days = "start_date=2026-05-01&end_date=2026-05-31"
    if "_date" not in query:
        query = f"{query}&{days}"
    elif query != "start_date=2026-05-14" and "end_date" not in query:
        query = f"{query}&end_date=2026-05-31"
    answer = box.lean.get(f"/reconciliation/v1/deposits?{query}")

    assert error(answer) == (400, status, field)


@pytest.mark.parametrize("dates", [("0001-01-01", "9999-12-31"), ("1970-01-01", "8999-12-31")])
@pytest.mark.parametrize("zone", ["Asia/Dubai", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_dates_as_far_as_there_are_any(box: Box, dates: tuple[str, str], zone: str) -> None:
    assert len(deposits(box, start_date=dates[0], end_date=dates[1], time_zone=zone)) > 10


# Agreement --------------------------------------------------------------------------------------


def check(box: Box, scenario: str | None = None) -> None:
    """Search, single reads, deposits and refunds tell the same of every payment."""
    rows = search(box, scenario)["payments"]
    listed = deposits(box, scenario)
    matched = {d["reconciliation"]["payment_id"]: d for d in listed}
    matched.pop(None, None)
    assert len({d["id"] for d in listed}) == len(listed)
    for row in rows:
        shown = row["reconciliation"]
        path = f"/reconciliation/v1/payments/{row['id']}"
        assert box.lean.get(path, scenario=scenario).json() == row
        deposit = matched.pop(row["id"], None)
        assert (shown["status"] == "RECONCILED") is (deposit is not None)
        assert (shown["deposit"] or {}).get("id") == (deposit or {}).get("id")
        if deposit is not None:
            payment = box.lean.get(f"/payments/v1/{row['id']}").json()
            assert deposit["amount"] == shown["amount"] == payment["amount"]
            assert deposit["currency"] == shown["currency_code"] == payment["currency"]
    assert matched == {}
    for status in ("RECONCILED", "OUTSTANDING", "UNRECEIVED"):
        same = [row for row in rows if row["reconciliation"]["status"] == status]
        assert search(box, scenario, status=status)["payments"] == same
    for status in ("RECONCILED", "NOT_RECONCILED"):
        same_deposits = [d for d in listed if d["reconciliation"]["status"] == status]
        assert deposits(box, scenario, reconciliation_status=status) == same_deposits


@pytest.mark.parametrize("state", ["OUTSTANDING", "UNRECEIVED", "RECONCILED"])
@pytest.mark.parametrize("payment", ["any", RECONCILED, UNRECONCILED, FAILED])
def test_all_reads_agree_on_what_a_scenario_shows(box: Box, state: str, payment: str) -> None:
    where = {} if payment == "any" else {"id": payment}
    step = {"set": "lean.payment", "where": where, "to": {"reconciliation": state}}
    box.admin.post("/scenarios", {"name": "own", "title": "t", "script": [step]})
    before = deposits(box)
    check(box, "own")
    box.on("own")
    check(box)
    box.off("own")

    assert deposits(box) == before


@pytest.mark.parametrize("header", [None, "unreconciled-payment"])
def test_an_unreconciled_payments_deposit_matches_nothing(box: Box, header: str | None) -> None:
    (listed,) = [d for d in deposits(box) if d["reconciliation"]["payment_id"] == RECONCILED]
    name = "unreconciled-payment"
    if header is None:
        box.on(name, payment=RECONCILED)
    else:
        header = f"{name}; payment={RECONCILED}"
    (now,) = [d for d in deposits(box, header) if d["id"] == listed["id"]]

    assert now == {**listed, "reconciliation": {"status": "NOT_RECONCILED", "payment_id": None}}
    assert state(box, RECONCILED, scenario=header)["deposit"] is None


STATUSES = ["ACCEPTED_BY_BANK", "PENDING_WITH_BANK", "FAILED", "AWAITING_APP_AUTH"]
RECONCILIATIONS = ["RECONCILED", "OUTSTANDING", "UNRECEIVED"]
STEPS = st.one_of(
    st.tuples(st.just("patch"), st.fixed_dictionaries({"status": st.sampled_from(STATUSES)})),
    st.tuples(
        st.just("patch"),
        st.fixed_dictionaries({"reconciliation": st.sampled_from(RECONCILIATIONS)}),
    ),
    st.tuples(st.just("patch"), st.just({"reconcile_after": "10m"})),
    st.tuples(st.just("patch"), st.just({"amount": 70})),
    st.tuples(st.just("deposit"), st.sampled_from([{}, {"amount": 5}, {"after": "10m"}])),
    st.tuples(
        st.just("settle"), st.fixed_dictionaries({"status": st.sampled_from(RECONCILIATIONS)})
    ),
    st.tuples(st.just("advance"), st.just("20m")),
    st.tuples(
        st.sampled_from(["on", "off"]),
        st.sampled_from(
            ["deposit-never-arrives", "deposit-amount-differs", "unreconciled-payment"]
        ),
    ),
)


@pytest.mark.slow
@given(steps=st.lists(STEPS, max_size=8), of_intent=st.booleans())
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_all_reads_agree_whatever_happens(
    box: Box, steps: list[tuple[str, Any]], of_intent: bool
) -> None:
    box.admin.post("/reset", {"mode": "frozen", "now": "2026-05-13T11:50:42.625199Z"})
    values = {"payment_intent_id": intent(box)["payment_intent_id"]} if of_intent else {}
    payment_id = pay(box, **values)["id"]
    for what, value in steps:
        if what == "patch":
            answer = box.admin.patch(f"/lean/payments/{payment_id}", value)
        elif what == "deposit":
            answer = box.admin.post("/lean/deposits", {"payment_id": payment_id, **value})
        elif what == "settle":
            answer = box.admin.post(f"/lean/reconciliations/{payment_id}/settle", value)
        elif what == "advance":
            answer = box.admin.post("/clock/advance", {"by": value})
        elif what == "on":
            answer = box.admin.put(f"/scenarios/{value}")
        else:
            answer = box.admin.delete(f"/scenarios/{value}")
        assert answer.status_code in (200, 201, 400, 409), answer.text
    check(box)
    check(box, "unreconciled-payment")
    for name in ("deposit-never-arrives", "deposit-amount-differs", "unreconciled-payment"):
        box.off(name)
    check(box)
    payment = box.lean.get(f"/payments/v1/{payment_id}").json()
    reconciled = box.lean.get(f"/reconciliation/v1/payments/{payment_id}")
    refundable = reconciled.status_code == 200 and (
        reconciled.json()["reconciliation"]["status"] == "RECONCILED"
    )
    assert (reconciled.status_code == 200) is (
        payment["status"] in ("ACCEPTED_BY_BANK", "PENDING_WITH_BANK")
    )
    assert (box.lean_refund(payment_id, 1).status_code == 201) is refundable
