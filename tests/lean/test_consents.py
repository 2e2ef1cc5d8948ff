"""Consents: what is asked of a customer, what he says, and what becomes of it."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import (
    CONSENT,
    DEFAULT,
    LIMITS,
    NEW,
    NOBODY,
    PAYER,
    authorised,
    charge,
    charged,
    consent,
    consent_status,
    error,
    settle_consent,
    told,
)

AWAITING = "AWAITING_AUTHORISATION"
APPLICATION = "121a77c8-9ec5-4e9c-8842-8eca5cccdbd2"
PATH = "/consents/v1/account-on-file"
IMMEDIATE = {"amount": 12.5, "reference": "First", "creditor_reference": "C-1"}
STATE = "INVALID_CONSENT_STATE"


def read(box: Box, consent_id: str) -> dict[str, Any]:
    answer = box.lean.get(f"/consents/v1/{consent_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("path", ["/consents/v1/account-on-file", "/consents/account-on-file"])
def test_a_new_consent_is_answered_key_by_key_as_documented(box: Box, path: str) -> None:
    limits = {**LIMITS, "max_cumulative_amount": 10000.5, "max_cumulative_number_of_payments": 9}
    body = {**CONSENT, "control_parameters": limits, "immediate_payment": IMMEDIATE}
    made = box.lean.post(path, body).json()

    assert list(made.items()) == [
        ("id", made["id"]),
        ("application_id", APPLICATION),
        ("status", AWAITING),
        ("customer_id", NEW),
        ("destination_account_id", DEFAULT),
        ("currency", "AED"),
        ("reference", "Membership"),
        ("purpose", "GDS"),
        ("start_date_time", "2026-05-13T11:50:42.625199Z"),
        ("expiration_date_time", "2027-05-13T11:50:42.625199Z"),
        ("control_parameters", limits),
        ("immediate_payment", IMMEDIATE),
    ]
    assert told(box) == []
    assert read(box, made["id"]) == box.lean.get(f"/consents/{made['id'].upper()}").json()


def test_a_consent_is_read_key_by_key_as_documented(box: Box) -> None:
    limits = {"max_cumulative_amount_per_period": 500}
    made = consent(box, limits)["id"]
    asked = read(box, made)
    settle_consent(box, made, "AUTHORISED")
    given = read(box, made)

    assert list(asked.items()) == [
        ("consent_id", made),
        ("bank_identifier", None),
        ("application_id", APPLICATION),
        ("start_date_time", "2026-05-13T11:50:42.625199Z"),
        ("expiration_date_time", "2027-05-13T11:50:42.625199Z"),
        ("customer_id", NEW),
        ("status", AWAITING),
        ("destination_account_id", DEFAULT),
        ("sender_account_id", None),
        ("reference", "Membership"),
        ("consented_account", None),
        ("currency", "AED"),
        ("payment_purpose", {"code": "GDS", "description": "Goods bought or sold"}),
        ("control_parameters", {**LIMITS, **limits}),
    ]
    assert list(given) == [*asked, "payment_consumption"]
    assert given["bank_identifier"] == "LEAN_OF_RETAIL_UAE"
    assert list(given["consented_account"]) == ["iban", "holder_name"]
    assert given["sender_account_id"]
    assert list(given["payment_consumption"].items()) == [
        ("cumulative_number_of_payments", 0),
        ("cumulative_value_of_payments", 0),
        ("cumulative_number_of_payments_in_current_period", 0),
        ("cumulative_value_of_payments_in_current_period", 0),
    ]


def test_the_account_is_the_customers_newest_in_the_currency(box: Box) -> None:
    for bank, currency in (("LEANMB1", "AED"), ("LEAN_SME_MB1_UAE", "USD")):
        values = {"customer_id": NEW, "bank_identifier": bank, "currency": currency}
        assert box.admin.post("/lean/payment-sources", values).status_code == 201
    given = read(box, authorised(box))
    found = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()
    (account,) = next(s["accounts"] for s in found if s["bank_identifier"] == "LEANMB1")

    assert given["bank_identifier"] == "LEANMB1"
    assert given["sender_account_id"] == account["account_id"]
    assert given["consented_account"] == {
        "iban": account["iban"],
        "holder_name": account["account_name"],
    }


# States ---------------------------------------------------------------------------------------


def test_each_change_of_its_status_is_told_and_a_second_answer_is_refused(box: Box) -> None:
    made, other = consent(box)["id"], consent(box)["id"]
    assert settle_consent(box, other, "REJECTED").json()["status"] == "REJECTED"
    for status in ("AUTHORISED", "SUSPENDED", "AUTHORISED", "REVOKED"):
        assert settle_consent(box, made, status).json()["status"] == status
        assert consent_status(box, made) == status
        assert settle_consent(box, made, status).status_code == 409
    for again in ("AUTHORISED", "REJECTED"):
        assert settle_consent(box, made, again).status_code == 409
        assert settle_consent(box, other, again).status_code == 409

    words = ["REJECTED", "AUTHORISED", "SUSPENDED", "AUTHORISED", "REVOKED"]
    assert told(box) == [("consent.status.updated", word) for word in words]
    (*_, last) = box.admin.get("/webhooks/deliveries").json()["deliveries"]
    assert list(last["body"]["payload"].items()) == [
        ("id", made),
        ("customer_id", NEW),
        ("status", "REVOKED"),
        ("consent_type", "PAYMENT"),
    ]
    events = box.lean.get("/events/v1?page=0&size=9&type=consent.status.updated").json()
    assert events["page"]["total_elements"] == 5


@pytest.mark.parametrize("status", ["AUTHORISED", "SUSPENDED"])
def test_it_expires_at_its_moment(box: Box, status: str) -> None:
    made = authorised(box, expiration_date_time="2026-05-13T16:00:00+04:00")
    if status == "SUSPENDED":
        settle_consent(box, made, status)
    (event,) = box.advance("1h")

    assert (event["kind"], event["from"], event["to"]) == ("consent", status, "EXPIRED")
    assert event["at"] == "2026-05-13T12:00:00.000000Z"
    assert consent_status(box, made) == "EXPIRED"
    assert told(box)[-1] == ("consent.status.updated", "EXPIRED")


def test_what_was_not_answered_before_it_expired_can_not_be_authorised(box: Box) -> None:
    made = consent(box, expiration_date_time="2026-05-13T12:00:00Z")["id"]
    assert box.advance("1h") == []

    assert settle_consent(box, made, "AUTHORISED").status_code == 409
    assert consent_status(box, made) == AWAITING
    assert settle_consent(box, made, "REJECTED").status_code == 200


def test_a_year_is_one_of_the_calendar(box: Box) -> None:
    made = consent(box, start_date_time="2028-02-29T23:59:59.5Z")

    assert made["start_date_time"] == "2028-02-29T23:59:59.500Z"
    assert made["expiration_date_time"] == "2029-02-28T23:59:59.500Z"


def test_the_merchant_revokes_it(box: Box) -> None:
    made, other = authorised(box), consent(box)["id"]
    body = {"reason": "FRAUD_SUSPECTED", "additional_context": "x" * 500}
    answer = box.lean.post(f"/consents/v1/{made}/revocation", body)
    again = box.lean.post(f"/consents/v1/{made}/revocation", body)
    too_early = box.lean.post(f"/consents/v1/{other}/revocation", body)

    assert (answer.status_code, answer.json()) == (200, {})
    assert (consent_status(box, made), told(box)[-1][1]) == ("REVOKED", "REVOKED")
    for refused in (again, too_early):
        assert list(refused.json()) == [
            "timestamp",
            "status",
            "message",
            "metadata",
            "granular_status_code",
        ]
        assert refused.status_code == 400
        assert refused.json()["status"] == refused.json()["granular_status_code"] == STATE
    for wrong in ({}, {"reason": "OTHER"}, {**body, "additional_context": "x" * 501}):
        assert box.lean.post(f"/consents/v1/{made}/revocation", wrong).status_code == 400
    assert box.advance("400d") == []


def test_the_immediate_payment_is_made_when_the_customer_says_yes(box: Box) -> None:
    made = consent(box, immediate_payment=IMMEDIATE)["id"]
    path = f"/consents/v1/{made}/payments"
    before = box.lean.get(path).json()["data"]
    settle_consent(box, made, "AUTHORISED")
    settle_consent(box, made, "SUSPENDED")
    settle_consent(box, made, "AUTHORISED")
    (payment,) = box.lean.get(path).json()["data"]

    assert before == []
    assert (payment["status"], payment["reference"]) == ("CREATED", "First")
    assert payment["amount"] == {"currency": "AED", "amount": 12.5}
    assert told(box)[:2] == [
        ("consent.status.updated", "AUTHORISED"),
        ("payment.created", "CREATED"),
    ]
    rejected = consent(box, immediate_payment=IMMEDIATE)["id"]
    settle_consent(box, rejected, "REJECTED")
    assert box.lean.get(f"/consents/v1/{rejected}/payments").json()["data"] == []


def test_a_scenario_decides_what_the_customer_says(box: Box) -> None:
    script = [{"on": "consent.awaiting_authorisation", "become": "REJECTED", "after": "1m"}]
    answer = box.admin.post("/scenarios", {"name": "no-consent", "title": "No", "script": script})
    assert answer.status_code == 201, answer.text
    box.on("no-consent")
    made = consent(box)["id"]
    box.advance("1m")

    assert consent_status(box, made) == "REJECTED"


# Lists and balance ----------------------------------------------------------------------------


def test_a_customers_consents_are_listed_newest_first_by_status_and_in_pages(box: Box) -> None:
    made = []
    for status in ("AUTHORISED", "REJECTED", None):
        made.append(consent(box)["id"])
        if status is not None:
            settle_consent(box, made[-1], status)
    consent(box, customer_id=PAYER)

    def ids(query: str = "") -> list[str]:
        answer = box.lean.get(f"/consents/v1?customer_id={NEW}{query}").json()
        return [each["consent_id"] for each in answer["data"]]

    whole = box.lean.get(f"/consents/v1?customer_id={NEW}").json()
    assert ids() == made[::-1]
    assert whole["data"] == [read(box, each) for each in made[::-1]]
    assert whole["page"] == {"number": 0, "size": 100, "total_elements": 3, "total_pages": 1}
    assert ids("&status=AUTHORISED&status=REJECTED") == made[1::-1]
    assert ids("&status=AUTHORISED,REJECTED") == made[1::-1]
    assert ids("&status=CONSUMED") == []
    assert ids("&page_number=1&page_size=2") == made[:1]
    assert error(box.lean.get("/consents/v1"))[1:] == ("MISSING_PARAMETERS", "customer_id")
    for query in ("&status=OPEN", "&page_size=101", "&page_number=-1"):
        assert box.lean.get(f"/consents/v1?customer_id={NEW}{query}").status_code == 400


def test_the_balance_is_what_was_processed_less_and_none_of_ours_before(box: Box) -> None:
    box.admin.patch("/settings", {"lean": {"account_balance": 2500}})
    made = consent(box)["id"]
    path = f"/consents/v1/{made}/balance"
    refused = box.lean.get(path)
    settle_consent(box, made, "AUTHORISED")
    first = box.lean.get(path)
    charged(box, made, 99.5)
    under_way = box.lean.get(path).json()
    box.advance("11s")

    assert (refused.status_code, refused.json()["granular_status_code"]) == (409, STATE)
    assert list(first.json().items()) == [("currency", "AED"), ("balance", 2500)]
    assert under_way == first.json()
    assert box.lean.get(path).json()["balance"] == 2400.5


# What can't be ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "http", "status", "field"),
    [
        ({"customer_id": NOBODY}, 404, "UNKNOWN_CUSTOMER", None),
        ({"destination_account_id": NOBODY}, 404, "UNKNOWN_PAYMENT_DESTINATION", None),
        ({"customer_id": None}, 400, "MISSING_PARAMETERS", "customer_id"),
        ({"currency": "XXX"}, 400, "INVALID_PARAMETERS", "currency, value: XXX"),
        ({"reference": "x" * 65}, 400, "INVALID_PARAMETERS", "reference, value: " + "x" * 65),
        ({"reference": ""}, 400, "INVALID_PARAMETERS", "reference, value: "),
        ({"purpose": "ABC"}, 400, "INVALID_PARAMETERS", "purpose, value: ABC"),
        ({"control_parameters": None}, 400, "MISSING_PARAMETERS", "control_parameters"),
        (
            {"control_parameters": {**LIMITS, "max_individual_amount": None}},
            400,
            "MISSING_PARAMETERS",
            "control_parameters->max_individual_amount",
        ),
        (
            {"control_parameters": {**LIMITS, "max_individual_amount": 0.001}},
            400,
            "INVALID_AMOUNT",
            "control_parameters->max_individual_amount, value: 0.001",
        ),
        (
            {"control_parameters": {**LIMITS, "max_individual_amount": 10**13}},
            400,
            "INVALID_AMOUNT",
            "control_parameters->max_individual_amount, value: 10000000000000",
        ),
        (
            {"control_parameters": {**LIMITS, "max_cumulative_number_of_payments": 0}},
            400,
            "INVALID_PARAMETERS",
            "control_parameters->max_cumulative_number_of_payments, value: 0",
        ),
        (
            {"control_parameters": {**LIMITS, "period_type": "Decade"}},
            400,
            "INVALID_PARAMETERS",
            "control_parameters->period_type, value: Decade",
        ),
        (
            {"immediate_payment": {"amount": 1000.01}},
            400,
            "CONSENT_LIMIT_EXCEEDED",
            "immediate_payment->amount, value: 1000.01",
        ),
        (
            {"expiration_date_time": "2026-05-13T11:50:42.625199Z"},
            400,
            "INVALID_PARAMETERS",
            "expiration_date_time, value: 2026-05-13T11:50:42.625199Z",
        ),
        (
            {
                "start_date_time": "2028-01-01T00:00:00Z",
                "expiration_date_time": "2027-01-01T00:00:00Z",
            },
            400,
            "INVALID_PARAMETERS",
            "expiration_date_time, value: 2027-01-01T00:00:00Z",
        ),
        ({"start_date_time": "soon"}, 400, "INVALID_PARAMETERS", "start_date_time, value: soon"),
        (
            {"government_identifier": {"type": "PASSPORT"}},
            400,
            "INVALID_PARAMETERS",
            "government_identifier->type, value: PASSPORT",
        ),
    ],
)
def test_what_no_consent_can_be_made_of(
    box: Box, values: dict[str, Any], http: int, status: str, field: str | None
) -> None:
    answer = box.lean.post(PATH, {**CONSENT, "control_parameters": LIMITS, **values})
    found = error(answer)

    assert found[:2] == (http, status)
    assert field is None or found[2] == field
    assert box.lean.get(f"/consents/v1?customer_id={NEW}").json()["data"] == []


def test_a_government_identifier_can_be_required(box: Box) -> None:
    box.admin.patch("/settings", {"lean": {"government_identifier": "required"}})
    body = {**CONSENT, "control_parameters": LIMITS}
    identifier = {"type": "EMIRATES_ID", "value": "784-1990-1234567-1"}
    refused = box.lean.post(PATH, body)

    assert (refused.status_code, refused.json()["message"]) == (
        400,
        "government_identifier is required",
    )
    given = box.lean.post(PATH, {**body, "government_identifier": identifier})
    assert (given.status_code, "government_identifier" in given.json()) == (200, False)
    box.lean.put(f"/customers/v1/{NEW}", {"government_identifiers": [identifier]})
    assert box.lean.post(PATH, body).status_code == 200
    box.lean.put(f"/customers/v1/{NEW}", {"government_identifiers": []})
    assert box.lean.post(PATH, body).status_code == 400


def test_a_consent_takes_an_idempotency_key(box: Box) -> None:
    body, key = {**CONSENT, "control_parameters": LIMITS}, {"Idempotency-Key": "membership-1"}
    first = box.lean.post(PATH, body, headers=key)
    again = box.lean.post(PATH, body, headers=key)
    other = box.lean.post(PATH, {**body, "reference": "Rent"}, headers=key)

    assert first.content == again.content
    assert error(other)[:2] == (409, "DUPLICATED_REQUEST")
    assert box.lean.post(PATH, body).json()["id"] != first.json()["id"]


@pytest.mark.parametrize("rest", ["", "/balance", "/payments"])
def test_an_unknown_consent(box: Box, rest: str) -> None:
    assert error(box.lean.get(f"/consents/v1/{NOBODY}{rest}"))[:2] == (404, "UNKNOWN_CONSENT")
    assert error(box.lean.get(f"/consents/v1/x{rest}"))[1:] == (
        "INVALID_PARAMETERS",
        "consent_id, value: x",
    )
    assert settle_consent(box, NOBODY, "AUTHORISED").status_code == 404


# Worlds -----------------------------------------------------------------------------------------


def test_consents_and_their_payments_are_a_worlds_own_and_part_of_its_snapshots(box: Box) -> None:
    made = authorised(box, {"max_cumulative_amount": 100})
    box.admin.put("/snapshots/before")
    charged(box, made)
    box.advance("11s")
    assert consent_status(box, made) == "CONSUMED"
    assert box.lean.get(f"/w/other/consents/v1/{made}").status_code == 404
    box.admin.post("/snapshots/before/restore")
    assert consent_status(box, made) == "AUTHORISED"
    assert read(box, made)["payment_consumption"]["cumulative_number_of_payments"] == 0
    charged(box, made)
    box.advance("11s")
    assert consent_status(box, made) == "CONSUMED"
    box.admin.post("/reset")
    assert error(charge(box, made))[:2] == (404, "UNKNOWN_CONSENT")
    box.admin.delete("/snapshots/before")
