"""Payouts: what is taken and refused, and how they are listed."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW
from tests.kit import Box
from tests.lean.payouts import ACCOUNT, destination, intents, pay_out, payment, payout

UNKNOWN = "00000000-0000-4000-8000-000000000000"
ORDER = {
    "payment_destination_id": UNKNOWN,
    "amount": 1,
    "description": "",
    "authorize_payment": False,
}
PATH = "payment_details->[0]->destination_details->[{}]->"


def rows(box: Box, query: str = "") -> list[dict[str, Any]]:
    answer = box.lean.get(f"/payouts/v1/payments{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["content"]
    return found


def said(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert list(body) == ["timestamp", "status", "message", "metadata"]
    return answer.status_code, body["status"], body["message"]


def test_each_destination_of_each_account_gets_a_payout_in_the_order_of_the_body(box: Box) -> None:
    one, other = destination(box), destination(box, name="Lina Awad", iban=None, account_number="7")
    details = [
        {
            "account_id": account,
            "currency": currency,
            "destination_details": [
                {**ORDER, "payment_destination_id": to, "amount": amount} for to, amount in pairs
            ],
        }
        for account, currency, pairs in (
            (ACCOUNT, "AED", [(one, 1), (other, 2.5)]),
            (UNKNOWN, "USD", [(one, 3)]),
            (ACCOUNT, "AED", [(one, 4)]),
        )
    ]
    answer = box.lean.post("/payouts/v1/payment", {"payment_details": details}).json()
    made = answer["payouts_payment_details"]
    to = [detail["destination_details"] for detail in made]

    assert [(d["amount"], d["currency"]) for d in to] == [
        (1, "AED"),
        (2.5, "AED"),
        (3, "USD"),
        (4, "AED"),
    ]
    assert [d["destination_id"] for d in to] == [one, other, one, one]
    assert to[1]["recipient_details"] == {"account_number": "7", "iban": None, "name": "Lina Awad"}
    ibans = [detail["iban"] for detail in made]
    assert ibans[0] == ibans[1] == ibans[3] != ibans[2]
    assert len({detail["payment_intent_id"] for detail in made}) == 4


@pytest.mark.parametrize(
    ("change", "http", "status", "message"),
    [
        ({"amount": "10"}, 400, "INVALID_PARAMETERS", f"field: {PATH.format(1)}amount, value: 10"),
        ({"amount": True}, 400, "INVALID_PARAMETERS", f"{PATH.format(1)}amount, value: true"),
        ({"amount": None}, 400, "MISSING_PARAMETERS", f"field: {PATH.format(1)}amount"),
        ({"amount": 0}, 400, "INVALID_AMOUNT", f"zero, field: {PATH.format(1)}amount, value: 0"),
        ({"amount": -1}, 400, "INVALID_AMOUNT", "greater than zero"),
        ({"amount": 1.001}, 400, "INVALID_AMOUNT", "more decimals than its currency"),
        ({"amount": 10**12 + 1}, 400, "INVALID_AMOUNT", "too large"),
        ({"amount": 1e300}, 400, "INVALID_AMOUNT", "too large"),
        ({"payment_destination_id": None}, 400, "MISSING_PARAMETERS", "payment_destination_id"),
        ({"payment_destination_id": "x"}, 400, "INVALID_PARAMETERS", "_destination_id, value: x"),
        ({"payment_destination_id": UNKNOWN}, 404, "UNKNOWN_PAYMENT_DESTINATION", UNKNOWN),
        ({"authorize_payment": None}, 400, "MISSING_PARAMETERS", "authorize_payment"),
        ({"authorize_payment": "yes"}, 400, "INVALID_PARAMETERS", "authorize_payment, value: yes"),
        ({"authorize_payment": 1}, 400, "INVALID_PARAMETERS", "authorize_payment, value: 1"),
        ({"description": None}, 400, "MISSING_PARAMETERS", "description"),
        ({"description": "x" * 33}, 400, "INVALID_PARAMETERS", f"description, value: {'x' * 33}"),
        ({"currency": "JPY"}, 400, "INVALID_PARAMETERS", f"{PATH.format(1)}currency, value: JPY"),
        ({"description": 7}, 400, "INVALID_PARAMETERS", "description, value: 7"),
        ({"external_reference": []}, 400, "INVALID_PARAMETERS", "external_reference, value: []"),
    ],
)
def test_one_bad_order_and_no_payout_of_the_batch_is_made(
    box: Box, change: dict[str, Any], http: int, status: str, message: str
) -> None:
    good, before = {"payment_destination_id": destination(box)}, rows(box)
    answer = pay_out(box, good, {**good, **change})

    assert said(answer)[:2] == (http, status)
    assert message in said(answer)[2]
    assert rows(box) == before


@pytest.mark.parametrize(
    ("detail", "status", "field"),
    [
        ({"account_id": None}, "MISSING_PARAMETERS", "payment_details->[0]->account_id"),
        ({"account_id": 7}, "INVALID_PARAMETERS", "payment_details->[0]->account_id, value: 7"),
        ({"currency": "aed"}, "INVALID_PARAMETERS", "[0]->currency, value: aed"),
        ({"currency": "JPY"}, "INVALID_PARAMETERS", "[0]->currency, value: JPY"),
        ({"destination_details": []}, "INVALID_PARAMETERS", "destination_details, value: []"),
        ({"destination_details": {}}, "INVALID_PARAMETERS", "destination_details, value: {}"),
        ({"destination_details": [None]}, "INVALID_PARAMETERS", "_details->[0], value: null"),
        ({"destination_details": [[]]}, "INVALID_PARAMETERS", "_details->[0], value: []"),
        ({"destination_details": [ORDER] * 101}, "INVALID_PARAMETERS", "_details, value: ["),
    ],
)
def test_a_bad_account(box: Box, detail: dict[str, Any], status: str, field: str) -> None:
    good, before = {"payment_destination_id": destination(box)}, rows(box)
    answer = pay_out(box, good, **detail)

    assert said(answer)[:2] == (400, status)
    assert field in said(answer)[2]
    assert rows(box) == before


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ([], "INVALID_PARAMETERS", "field: body, value: []"),
        (None, "INVALID_PARAMETERS", "field: body, value: null"),
        ({}, "MISSING_PARAMETERS", "field: payment_details"),
        ({"payment_details": None}, "MISSING_PARAMETERS", "field: payment_details"),
        ({"payment_details": []}, "INVALID_PARAMETERS", "field: payment_details, value: []"),
        ({"payment_details": "x"}, "INVALID_PARAMETERS", "field: payment_details, value: x"),
        ({"payment_details": [7]}, "INVALID_PARAMETERS", "field: payment_details->[0], value: 7"),
    ],
)
def test_a_body_without_details(box: Box, body: Any, status: str, field: str) -> None:
    answer = box.lean.post("/payouts/v1/payment", json.dumps(body).encode())

    assert said(answer)[:2] == (400, status)
    assert field in said(answer)[2]


def test_rules_are_checked_in_their_order(box: Box) -> None:
    """Each mend uncovers the next rule: shape, product, destination, amount."""
    order: dict[str, Any] = {"payment_destination_id": "x", "amount": -1}
    box.on("payouts-not-configured")
    messages = [said(pay_out(box, order))[2]]
    order["payment_destination_id"] = UNKNOWN
    messages.append(said(pay_out(box, order))[2])
    box.off("payouts-not-configured")
    messages.append(said(pay_out(box, order))[2])
    order["payment_destination_id"] = destination(box)
    messages.append(said(pay_out(box, order))[2])
    order["amount"] = 10**12

    for word, message in zip(
        ("value: x", "not configured", UNKNOWN, "zero"), messages, strict=True
    ):
        assert word in message
    assert pay_out(box, order).status_code == 201


def test_payouts_need_their_own_product_alone(box: Box) -> None:
    order = {"payment_destination_id": destination(box)}
    box.admin.patch("/lean/application", {"products": ["payouts"]})
    assert pay_out(box, order).status_code == 201
    box.admin.patch("/lean/application", {"products": ["payments", "reconciliation"]})
    refusal = (403, "OPERATION_NOT_ALLOWED", "Operation Not Allowed, payouts not configured")

    assert said(pay_out(box, order)) == refusal
    item = [{"name": "Noor Haddad", "account_number": "1"}]
    assert said(box.lean.post("/payouts/v1/payment/destinations", item)) == refusal


def test_a_repeated_key_gets_the_first_answer(box: Box) -> None:
    to = {**ORDER, "payment_destination_id": destination(box), "amount": 5}
    detail = {"account_id": ACCOUNT, "currency": "AED", "destination_details": [to]}
    key = {"idempotency-key": "order-1"}

    def post(body: Any) -> Any:
        return box.lean.post("/payouts/v1/payment", body, headers=key)

    before = len(rows(box))
    first = post({"payment_details": [detail]})
    refund = {"payment_id": box.payment(), "amount": 5, "reason_code": "CUSTOMER_REQUEST"}
    assert box.lean.post("/payouts/refunds", [refund], headers=key).status_code == 201
    box.advance("1h")

    assert post({"payment_details": [detail]}).content == first.content
    other = post({"payment_details": [{**detail, "currency": "USD"}]})
    assert said(other)[:2] == (409, "DUPLICATED_REQUEST")
    assert len(rows(box)) == before + 1


# Destinations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"name": None}, "MISSING_PARAMETERS", "field: [1]->name"),
        ({"name": "Noor"}, "INVALID_NAME", "field: [1]->name, value: Noor"),
        ({"name": " "}, "INVALID_NAME", "field: [1]->name"),
        ({"name": 7}, "INVALID_PARAMETERS", "field: [1]->name, value: 7"),
        ({"iban": None}, "MISSING_PARAMETERS", "field: [1]->iban"),
        ({"iban": None, "account_number": ""}, "MISSING_PARAMETERS", "field: [1]->iban"),
        ({"iban": ""}, "INVALID_IBAN", "field: [1]->iban"),
        ({"iban": "ae680030012312312312123"}, "INVALID_IBAN", "field: [1]->iban"),
        ({"iban": "AE68003001231231231212٣"}, "INVALID_IBAN", "field: [1]->iban"),
        ({"iban": 7}, "INVALID_PARAMETERS", "field: [1]->iban, value: 7"),
        ({"city": []}, "INVALID_PARAMETERS", "field: [1]->city, value: []"),
    ],
)
def test_a_refused_destination(box: Box, change: dict[str, Any], status: str, message: str) -> None:
    good = {"name": "Noor Haddad", "iban": "AE680030012312312312123"}
    answer = box.lean.post("/payouts/v1/payment/destinations", [good, {**good, **change}])

    assert said(answer)[:2] == (400, status)
    assert message in said(answer)[2]


@pytest.mark.parametrize(
    ("iban", "number"),
    [
        ("GB82WEST12345698765432", "WEST12345698765432"),
        ("SA0380000000608010167519", "608010167519"),
    ],
)
def test_an_iban_of_another_country(box: Box, iban: str, number: str) -> None:
    to = destination(box, name="فاطمة المنصوري", iban=iban, display_name="Fatima")
    made = box.lean.get(f"/payouts/v1/payment/destinations/{to}").json()

    assert (made["iban"], made["account_number"], made["name"]) == (iban, number, "فاطمة المنصوري")
    paid = payout(box, payment_destination_id=to)
    assert paid["recipient_details"]["name"] == "فاطمة المنصوري"
    assert (rows(box)[0]["recipient_name"], rows(box)[0]["recipient_bank_name"]) == ("Fatima", None)


def test_a_batch_of_destinations_stands_or_falls_together(box: Box) -> None:
    good = {"name": "Noor Haddad", "iban": "AE680030012312312312123"}
    first = destination(box)
    path = "/payouts/v1/payment/destinations"
    assert box.lean.post(path, [good, {**good, "name": "Noor"}]).status_code == 400
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})

    assert box.lean.get(f"{path}/{first}").json()["status"] == "UNKNOWN_PAYMENT_DESTINATION"
    both = box.lean.post(path, [good, {**good, "name": "Lina Awad"}]).json()
    assert [made["display_name"] for made in both] == ["Noor Haddad", "Lina Awad"]
    assert both[0]["destination_id"] == first


# Reads ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "http", "status"),
    [
        (f"/payouts/v1/{UNKNOWN}", 404, "UNKNOWN_PAYMENT"),
        (f"/payouts/v1/intents/{UNKNOWN}", 404, "UNKNOWN_PAYMENT_INTENT"),
        (f"/payouts/v1/payments/{UNKNOWN}/history", 404, "UNKNOWN_PAYMENT_INTENT"),
        (f"/payouts/v1/payment/destinations/{UNKNOWN}", 404, "UNKNOWN_PAYMENT_DESTINATION"),
        ("/payouts/v1/x", 400, "INVALID_PARAMETERS"),
        ("/payouts/v1/intents", 400, "INVALID_PARAMETERS"),
        ("/payouts/v1/intents/x", 400, "INVALID_PARAMETERS"),
        ("/payouts/v1/payments/x/history", 400, "INVALID_PARAMETERS"),
        ("/payouts/v1/payment/destinations/x", 400, "INVALID_PARAMETERS"),
        ("/payouts/v1", 404, "INVALID_URL"),
    ],
)
def test_nothing_there(box: Box, path: str, http: int, status: str) -> None:
    assert said(box.lean.get(path))[:2] == (http, status)


def test_payouts_are_listed_by_when_they_last_changed(box: Box) -> None:
    changed = payout(box)["payment_intent_id"]
    box.advance("1d")
    made = payout(box, authorize_payment=False)["payment_intent_id"]

    def listed(query: str) -> list[str]:
        rows = box.lean.get(f"/payouts/v1/payments?{query}").json()["content"]
        return [row["payment_intent_id"] for row in rows]

    assert listed("from_updated_at=2026-05-14") == [made]
    assert listed("from_updated_at=2026-05-13T11:51:00Z&to_updated_at=2026-05-13") == [changed]
    assert listed("to_updated_at=1970-01-01") == []


def test_a_payout_is_no_payment_and_a_payment_no_payout(box: Box) -> None:
    paid, made = box.payment(), payout(box)
    intent = box.lean.get(f"/payments/v1/{paid}").json()["payment_intent_id"]

    assert box.lean.get(f"/payouts/v1/{paid}").json()["status"] == "UNKNOWN_PAYMENT"
    assert box.lean.get(f"/payments/v1/{made['id']}").json()["status"] == "UNKNOWN_PAYMENT"
    assert box.lean.get(f"/payouts/v1/intents/{intent}").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?page_number=-1", "field: page_number, value: -1"),
        ("?page_size=0", "field: page_size, value: 0"),
        ("?amount_min=-1", "field: amount_min, value: -1"),
        ("?amount_min=ten", "field: amount_min, value: ten"),
        ("?amount_max=1e3", "field: amount_max, value: 1e3"),
        ("?amount_max=٣", "field: amount_max, value: ٣"),
        ("?amount_max=" + "9" * 5000, "field: amount_max, value: 9"),
        ("?from=yesterday", "field: from, value: yesterday"),
        ("?from=2026-13-01", "field: from, value: 2026-13-01"),
        ("?to=20260513", "field: to, value: 20260513"),
        ("?to=0001-01-01T00:00:00%2B14:00", None),
        ("?to=%ff", "field: to"),
        ("?from_updated_at=abc", "field: from_updated_at, value: abc"),
        ("?to_updated_at=2026-02-30", "field: to_updated_at, value: 2026-02-30"),
    ],
)
def test_a_bad_query(box: Box, query: str, field: str | None) -> None:
    answer = box.lean.get(f"/payouts/v1/payments{query}")

    if field is None:
        assert answer.json()["content"] == []
        return
    assert said(answer)[:2] == (400, "INVALID_PARAMETERS")
    assert field in said(answer)[2]


def test_the_moment_that_a_row_shows_finds_that_row(box: Box) -> None:
    made = intents(pay_out(box, {"payment_destination_id": destination(box)}))
    at = rows(box)[0]["created_at"]
    box.advance("0.001ms")
    payout(box)

    assert [row["payment_intent_id"] for row in rows(box, f"?from={at}&to={at}")] == made
    day, before = at[:10], "2026-05-12"
    assert [row["payment_intent_id"] for row in rows(box, f"?from={day}&to={day}")][1:] == made
    assert made[0] not in [row["payment_intent_id"] for row in rows(box, f"?to={before}")]
    local = at.replace("T11", "T15").replace("Z", "%2B04:00")
    assert len(rows(box, f"?from={local}")) == 2
    assert rows(box, f"?from={day}&to={before}") == []


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.sampled_from(["AED", "USD"]), st.booleans()),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 500) | st.none(),
    st.integers(0, 500) | st.none(),
    st.integers(0, 8),
    st.integers(1, 4),
)
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_list_holds_just_what_was_asked_for(
    box: Box,
    made: list[tuple[int, str, bool]],
    least: int | None,
    most: int | None,
    first: int,
    size: int,
) -> None:
    """Amounts in hundredths; a minute lies between payouts; the first so many are too old."""
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})
    to, expected = destination(box), list[tuple[str, int, str]]()
    since = f"2026-05-13T{11 + (50 + first) // 60}:{(50 + first) % 60:02d}:42.625199Z"
    for n, (amount, currency, authorized) in enumerate(made):
        order = {"payment_destination_id": to, "amount": amount / 100}
        answer = pay_out(box, {**order, "authorize_payment": authorized}, currency=currency)
        if n >= first and (least or 0) <= amount <= (most if most is not None else 500):
            expected.insert(0, (intents(answer)[0], amount, currency))
        box.advance("1m")
    query = f"&from={since}"
    query += "" if least is None else f"&amount_min={Decimal(least) / 100}"
    query += "" if most is None else f"&amount_max={Decimal(most) / 100}"
    seen = []
    for number in range(9):
        page = box.lean.get(
            f"/payouts/v1/payments?page_number={number}&page_size={size}{query}"
        ).json()
        seen += page["content"]
        assert page["page"]["total_elements"] == len(expected)
        assert page["page"]["total_pages"] == -(-len(expected) // size)
        assert len(page["content"]) <= size

    assert [
        (row["payment_intent_id"], round(row["amount"] * 100), row["currency"]) for row in seen
    ] == expected


def test_the_history_has_pages_of_one_payment(box: Box) -> None:
    made = payout(box)
    path = f"/payouts/v1/payments/{made['payment_intent_id']}/history"
    second = box.lean.get(f"{path}?page_number=1").json()

    assert second["content"] == []
    assert second["page"] == {
        "number": 1,
        "size": 10,
        "total_elements": 1,
        "total_pages": 1,
        "sort": None,
    }
    assert payment(box, made["payment_intent_id"]) == made
