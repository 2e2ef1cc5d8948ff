"""Payments on a consent: their states, the limits that they keep, and their money."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import (
    DEFAULT,
    NEW,
    NOBODY,
    authorised,
    charge,
    charged,
    consent,
    consent_status,
    error,
    found,
    settle_consent,
    state,
    told,
)

STATE = "INVALID_CONSENT_STATE"
OVER = "CONSENT_LIMIT_EXCEEDED"


def listed(box: Box, consent_id: str) -> list[dict[str, Any]]:
    answer = box.lean.get(f"/consents/v1/{consent_id}/payments")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def settle(box: Box, payment_id: str, status: str, reason: str | None = None) -> Any:
    body = {"status": status, **({} if reason is None else {"reason": reason})}
    return box.admin.post(f"/lean/account-on-file-payments/{payment_id}/settle", body)


@pytest.mark.parametrize("path", ["/payments/v1/account-on-file", "/payments/account-on-file"])
def test_a_payment_is_answered_key_by_key_as_documented(box: Box, path: str) -> None:
    made = authorised(box)
    risk = {"transaction_indicators": {"channel": "WEB"}}
    body = {"consent_id": made, "amount": 35.5, "risk_details": risk, "purpose": "GDS"}
    answer = box.lean.post(path, body, headers={"Idempotency-Key": "order-1"})
    payment = answer.json()

    assert answer.status_code == 200
    assert list(payment.items()) == [
        ("id", payment["id"]),
        ("account_id", DEFAULT),
        ("application_id", "121a77c8-9ec5-4e9c-8842-8eca5cccdbd2"),
        ("consent_id", made),
        ("status", "CREATED"),
        ("reference", "Membership"),
        ("amount", {"currency": "AED", "amount": 35.5}),
        ("type", "ACCOUNT_ON_FILE"),
        ("sender_customer_id", NEW),
        ("created_at", "2026-05-13T11:50:42.625199Z"),
        ("last_modified_at", "2026-05-13T11:50:42.625199Z"),
    ]
    assert list(payment["amount"]) == ["currency", "amount"]
    assert listed(box, made) == [payment]
    other = charge(box, made, reference="Order 2", creditor_reference="C-2").json()
    assert other["reference"] == "Order 2"
    page = box.lean.get(f"/consents/v1/{made}/payments?page_number=1&page_size=1").json()
    assert page["data"] == [payment]
    assert page["page"] == {"number": 1, "size": 1, "total_elements": 2, "total_pages": 2}


def test_it_is_processed_in_the_time_of_the_world_and_told_of(box: Box) -> None:
    made = authorised(box)
    payment = charged(box, made)
    steps = [(event["at"][14:19], event["to"]) for event in box.advance("1m")]
    [last] = listed(box, made)
    payloads = [
        each["body"]["payload"]
        for each in box.admin.get("/webhooks/deliveries").json()["deliveries"]
    ]

    assert steps == [("50:43", "PROCESSING"), ("50:53", "PROCESSED")]
    assert (last["status"], last["last_modified_at"]) == (
        "PROCESSED",
        "2026-05-13T11:50:53.625199Z",
    )
    assert told(box) == [
        ("consent.status.updated", "AUTHORISED"),
        ("payment.created", "CREATED"),
        ("payment.updated", "PROCESSING"),
        ("payment.updated", "PROCESSED"),
    ]
    assert list(payloads[-1].items()) == [
        ("id", payment),
        ("amount", 100),
        ("reason", "Membership"),
        ("status", "PROCESSED"),
        ("currency", "AED"),
        ("consent_id", made),
        ("customer_id", NEW),
        ("payment_destination_id", DEFAULT),
        ("type", "ACCOUNT_ON_FILE"),
    ]
    events = box.lean.get("/events/v1?page=0&size=9&type=payment.updated").json()["data"]
    assert [event["payload"]["status"] for event in events] == ["PROCESSED", "PROCESSING"]


def test_its_times_and_the_name_of_its_event_are_settings(box: Box) -> None:
    settings = {
        "account_on_file_processing_after": "1h",
        "account_on_file_processed_after": "2h",
        "account_on_file_event": "payment.account-on-file.updated",
    }
    box.admin.patch("/settings", {"lean": settings})
    charged(box, authorised(box))
    steps = [(event["at"][11:13], event["to"]) for event in box.advance("3h")]

    assert steps == [("12", "PROCESSING"), ("14", "PROCESSED")]
    assert [event for event, _ in told(box)][1:] == [
        "payment.created",
        "payment.account-on-file.updated",
        "payment.account-on-file.updated",
    ]


# Failures -------------------------------------------------------------------------------------


def test_more_than_is_on_the_account_fails(box: Box) -> None:
    box.admin.patch("/settings", {"lean": {"account_balance": 150}})
    made = authorised(box, {"max_cumulative_amount": 200})
    first, second = charged(box, made), charged(box, made)
    box.advance("11s")
    failed, paid = listed(box, made)

    assert (paid["id"], paid["status"]) == (first, "PROCESSED")
    assert (failed["id"], failed["status"]) == (second, "FAILED")
    assert list(failed)[-1] == "failure_details"
    assert failed["failure_details"] == {
        "code": "INSUFFICIENT_BALANCE",
        "details": "There is not enough money on the account.",
    }
    (*_, last) = box.admin.get("/webhooks/deliveries").json()["deliveries"]
    assert last["body"]["payload"]["failure_code"] == "INSUFFICIENT_BALANCE"
    assert consent_status(box, made) == "AUTHORISED"
    consumed = box.lean.get(f"/consents/v1/{made}").json()["payment_consumption"]
    assert consumed["cumulative_value_of_payments"] == 100
    assert charge(box, made).status_code == 200


def test_the_admin_api_and_scenarios_let_one_fail(box: Box) -> None:
    made = authorised(box)
    settled = settle(box, charged(box, made), "FAILED", "account closed")
    script = [
        {
            "on": "account-on-file-payment.processing",
            "where": {"amount": 7, "consent_id": made},
            "become": "FAILED",
        }
    ]
    box.admin.post("/scenarios", {"name": "no-seven", "title": "No", "script": script})
    box.on("no-seven")
    for amount in (7, 8):
        charged(box, made, amount)
    box.advance("1m")

    assert settled.json()["failure_details"] == {"code": "BANK_ISSUE", "details": "account closed"}
    eight, seven, _ = listed(box, made)
    assert (eight["status"], seven["status"]) == ("PROCESSED", "FAILED")
    assert seven["failure_details"]["code"] == "BANK_ISSUE"
    assert settle(box, seven["id"], "PROCESSED").status_code == 409
    assert settle(box, NOBODY, "PROCESSED").status_code == 404


@pytest.mark.parametrize("status", ["AWAITING", "REJECTED", "SUSPENDED", "REVOKED", "EXPIRED"])
def test_a_consent_that_is_not_authorised_is_charged_nothing(box: Box, status: str) -> None:
    made = consent(box)["id"]
    if status != "AWAITING":
        settle_consent(box, made, status)
    answer = charge(box, made)

    assert answer.status_code == 400
    assert answer.json()["status"] == answer.json()["granular_status_code"] == STATE
    assert listed(box, made) == []


def test_a_consent_that_has_not_started_is_charged_nothing(box: Box) -> None:
    made = authorised(box, start_date_time="2026-05-14T00:00:00Z")
    early = charge(box, made)
    box.advance("13h")

    assert (early.status_code, early.json()["granular_status_code"]) == (400, STATE)
    assert charge(box, made).status_code == 200


# Limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "amounts", "over"),
    [
        ({"max_individual_amount": 100}, [100, 100], 100.01),
        ({"max_cumulative_amount": 150.5}, [100], 50.51),
        ({"max_cumulative_number_of_payments": 2}, [1, 1], 1),
        ({"max_cumulative_amount_per_period": 150}, [100, 50], 0.01),
        ({"max_cumulative_number_of_payments_per_period": 1}, [1], 1),
    ],
)
def test_a_payment_over_a_limit_is_refused(
    box: Box, limits: dict[str, Any], amounts: list[float], over: float
) -> None:
    made = authorised(box, limits)
    for amount in amounts:
        charged(box, made, amount)
    http, status, field = error(charge(box, made, over))

    assert (http, status) == (400, OVER)
    assert field == f"amount, value: {over}"
    assert next(iter(limits)) in charge(box, made, over).json()["message"]
    assert len(listed(box, made)) == len(amounts)


@pytest.mark.parametrize(
    "limits",
    [
        {"max_cumulative_amount": 200},
        {"max_cumulative_number_of_payments": 2, "max_cumulative_amount": 9000},
    ],
)
def test_a_consent_is_consumed_once_what_it_allows_has_been_processed(
    box: Box, limits: dict[str, Any]
) -> None:
    made = authorised(box, limits)
    charged(box, made)
    box.advance("5s")
    charged(box, made)
    box.advance("6s")
    assert consent_status(box, made) == "AUTHORISED"
    assert error(charge(box, made, 0.01))[1] == OVER
    (*_, consumed) = box.advance("5s")

    assert (consumed["kind"], consumed["to"]) == ("consent", "CONSUMED")
    assert told(box)[-1] == ("consent.status.updated", "CONSUMED")
    assert charge(box, made, 0.01).json()["granular_status_code"] == STATE
    assert box.advance("400d")[0]["kind"] == "reconciliation"
    assert consent_status(box, made) == "CONSUMED"


def test_what_a_period_allows_is_there_again_in_the_next_and_consumes_nothing(box: Box) -> None:
    made = authorised(box, {"max_cumulative_amount_per_period": 100})
    charged(box, made)
    box.advance("11s")
    assert (consent_status(box, made), charge(box, made).status_code) == ("AUTHORISED", 400)
    box.admin.put("/clock", {"now": "2026-05-31T20:00:00Z"})
    before = box.lean.get(f"/consents/v1/{made}").json()["payment_consumption"]
    charged(box, made)
    after = box.lean.get(f"/consents/v1/{made}").json()["payment_consumption"]

    assert list(before.values()) == [1, 100, 0, 0]
    assert list(after.values()) == [2, 200, 1, 100]


@pytest.mark.parametrize(
    ("period", "last", "first"),
    [
        ("Day", "2026-05-14T19:59:59.999999Z", "2026-05-14T20:00:00Z"),
        ("Week", "2026-05-17T19:59:59.999999Z", "2026-05-17T20:00:00Z"),
        ("Month", "2026-05-31T19:59:59.999999Z", "2026-05-31T20:00:00Z"),
        ("Year", "2026-12-31T19:59:59.999999Z", "2026-12-31T20:00:00Z"),
    ],
)
def test_periods_are_those_of_the_calendar_in_dubai(
    box: Box, period: str, last: str, first: str
) -> None:
    """The 14th of May 2026 is a Thursday."""
    box.admin.put("/clock", {"now": "2026-05-14T00:00:00Z"})
    limits = {"period_type": period, "max_cumulative_number_of_payments_per_period": 1}
    made = authorised(box, limits)
    charged(box, made)
    box.admin.put("/clock", {"now": last})
    assert error(charge(box, made))[1] == OVER
    box.admin.put("/clock", {"now": first})
    assert charge(box, made).status_code == 200


# Idempotency, and what can't be -------------------------------------------------------------------


def test_the_key_is_needed_and_the_same_key_gets_the_same_payment(box: Box) -> None:
    made = authorised(box)
    body = {"consent_id": made, "amount": 100, "risk_details": {}}
    for headers in ({}, {"Idempotency-Key": ""}):
        answer = box.lean.post("/payments/v1/account-on-file", body, headers=headers)
        assert error(answer) == (400, "MISSING_PARAMETERS", "Idempotency-Key")
    first, again = charge(box, made, key="a"), charge(box, made, key="a")
    other, longer = charge(box, made, 5, key="a"), charge(box, made, key="a" * 256)

    assert first.content == again.content
    assert error(other)[:2] == (409, "DUPLICATED_REQUEST")
    assert error(longer)[:2] == (400, "INVALID_PARAMETERS")
    assert len(listed(box, made)) == 1
    settle_consent(box, made, "REVOKED")
    assert charge(box, made, key="a").content == first.content


def test_a_refused_payment_leaves_its_key_free(box: Box) -> None:
    made = consent(box)["id"]
    assert charge(box, made, key="a").status_code == 400
    settle_consent(box, made, "AUTHORISED")

    assert charge(box, made, key="a").status_code == 200


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"consent_id": "x"}, "INVALID_PARAMETERS", "consent_id, value: x"),
        ({"consent_id": None}, "MISSING_PARAMETERS", "consent_id"),
        ({"amount": None}, "MISSING_PARAMETERS", "amount"),
        ({"amount": "5"}, "INVALID_PARAMETERS", "amount, value: 5"),
        ({"amount": 0}, "INVALID_AMOUNT", "amount, value: 0"),
        ({"amount": -1}, "INVALID_AMOUNT", "amount, value: -1"),
        ({"amount": 0.001}, "INVALID_AMOUNT", "amount, value: 0.001"),
        ({"amount": 10**13}, "INVALID_AMOUNT", "amount, value: 10000000000000"),
        ({"risk_details": None}, "MISSING_PARAMETERS", "risk_details"),
        ({"risk_details": []}, "INVALID_PARAMETERS", "risk_details, value: []"),
        ({"purpose": "ABC"}, "INVALID_PARAMETERS", "purpose, value: ABC"),
        ({"reference": ""}, "INVALID_PARAMETERS", "reference, value: "),
    ],
)
def test_what_no_payment_can_be_made_of(
    box: Box, values: dict[str, Any], status: str, field: str
) -> None:
    made = authorised(box)

    assert error(charge(box, made, **values)) == (400, status, field)
    assert listed(box, made) == []
    assert error(charge(box, NOBODY))[:2] == (404, "UNKNOWN_CONSENT")


# Money ----------------------------------------------------------------------------------------


def test_its_money_is_reconciled_and_refunded_like_any_other(box: Box) -> None:
    box.admin.post("/lean/payment-sources", {"customer_id": NEW, "bank_identifier": "LEANMB1"})
    made = authorised(box)
    payment = charged(box, made, 80)
    intents = box.lean.get("/payments/v1/intents?page=0&size=100").json()["data"]
    unknown = box.lean.get(f"/payments/v1/{payment}")
    box.advance("11s")
    paid = box.lean.get(f"/payments/v1/{payment}").json()
    under_way = state(box, payment)["status"]
    early = box.lean_refund(payment)
    box.advance("15m")
    refund = box.lean_refund(payment, 80, status="APPROVED").json()[0]
    box.advance("1h")

    assert unknown.status_code == 404
    assert (paid["payment_intent_id"], paid["payment_source_id"]) == (None, None)
    assert (paid["status"], paid["amount"], paid["description"]) == (
        "ACCEPTED_BY_BANK",
        80,
        "Membership",
    )
    given = box.lean.get(f"/consents/v1/{made}").json()["consented_account"]
    assert paid["sender_details"]["iban"] == given["iban"] == refund["beneficiary"]["iban"]
    assert (under_way, early.status_code) == ("OUTSTANDING", 403)
    assert state(box, payment)["status"] == "RECONCILED"
    assert payment in found(box, customer_id=NEW)
    assert payment in found(box, banks=["LEANMB1"])
    assert box.lean_status(refund["refund_id"]) == "ACCEPTED_BY_BANK"
    assert box.lean_refund(payment, 1).status_code == 400
    read = box.lean.get(f"/payouts/refunds/{refund['refund_id']}").json()
    to = box.lean.get(f"/payouts/v1/intents/{read['refund_intent_id']}").json()
    assert to["payment_destination"]["bank_identifier"] == "LEANMB1"
    assert box.lean.get("/payments/v1/intents?page=0&size=100").json()["data"] == intents


def test_the_admin_api_changes_its_reconciliation_alone(box: Box) -> None:
    payment = charged(box, authorised(box))
    box.advance("11s")
    path = f"/lean/payments/{payment}"
    for change in ({"amount": 5}, {"status": "FAILED"}, {"customer_id": NOBODY}):
        assert box.admin.patch(path, change).status_code == 409
    changed = box.admin.patch(path, {"reconciliation": "UNRECEIVED"})

    assert changed.status_code == 200
    assert state(box, payment)["status"] == "UNRECEIVED"
    arrived = box.admin.post("/lean/deposits", {"payment_id": payment})
    assert arrived.json()["reconciliation"]["status"] == "RECONCILED"
    row = box.admin.get("/payments?provider=lean&limit=1").json()["payments"][0]
    assert (row["id"], row["outcome"]) == (payment, "settled")


def test_a_payment_that_is_with_the_bank_goes_on_when_its_consent_ends(box: Box) -> None:
    made = authorised(box, {"max_cumulative_amount": 100})
    payment = charged(box, made)
    settle_consent(box, made, "REVOKED")
    box.advance("1m")

    assert [each["status"] for each in listed(box, made)] == ["PROCESSED"]
    assert box.lean.get(f"/payments/v1/{payment}").status_code == 200
    assert consent_status(box, made) == "REVOKED"


def test_a_payment_carries_the_scenario_of_its_own_request(box: Box) -> None:
    made = authorised(box)
    script = [{"on": "account-on-file-payment.created", "become": "FAILED"}]
    box.admin.post("/scenarios", {"name": "fails-at-once", "title": "No", "script": script})
    body = {"consent_id": made, "amount": 1, "risk_details": {}}
    headers = {"Idempotency-Key": "a"}
    path = "/payments/v1/account-on-file"
    box.lean.post(path, body, headers=headers, scenario="fails-at-once")
    charged(box, made)
    box.advance("1m")

    assert [each["status"] for each in listed(box, made)] == ["PROCESSED", "FAILED"]
