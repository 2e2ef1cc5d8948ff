"""Lean's answers, byte for byte as they were recorded on its own sandbox.

Only ids that are made anew stand as «name» and are filled in before the comparison.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.lean.refunds import REFUNDS
from tests.kit import Box, frozen, serving

PAYMENT = "23ff863d-6a00-490b-9ba2-5188dcc5bcac"
ITEM = {
    "payment_id": PAYMENT,
    "amount": 35.00,
    "currency": "AED",
    "reason_code": "DUPLICATED_PAYMENT",
    "description": "Refund issued for Order NO. 21342322123",
    "external_reference": "21451234567",
}
BENEFICIARY = (
    '"beneficiary":{"name":"Dorsey Benito Cummerata","iban":"AE430351735098528749489",'
    '"account_id":"07452743-13bb-4b87-a112-3a952a0c2211","city":"Dubai"}'
)
CREATED = (
    '[{"refund_id":"«refund»","payment_id":"23ff863d-6a00-490b-9ba2-5188dcc5bcac",'
    '"status":"CREATED","amount":35,"currency":"AED","reason_code":"DUPLICATED_PAYMENT",'
    '"description":"Refund issued for Order NO. 21342322123",'
    '"external_reference":"21451234567",' + BENEFICIARY + "}]"
)
LISTED = (
    '{"content":[{"refund_id":"«refund»","deposit_amount":35,"deposit_currency":"AED",'
    '"payment_id":"23ff863d-6a00-490b-9ba2-5188dcc5bcac","status":"FAILED","amount":35,'
    '"currency":"AED","reason_code":"DUPLICATED_PAYMENT",'
    '"description":"Refund issued for Order NO. 21342322123",'
    '"external_reference":"21451234567",' + BENEFICIARY + ","
    '"created_at":"2026-05-13T11:50:42.625199Z","created_by":"edge-gateway",'
    '"actioned_by":"edge-gateway","refund_intent_id":null}],'
    '"page":{"number":0,"size":50,"total_elements":1,"total_pages":1,"sort":null}}'
)
REASONS = (
    '[{"code":"CUSTOMER_REQUEST","description":"Requested by the client"},'
    '{"code":"DUPLICATED_PAYMENT","description":"Duplicated Payment"},'
    '{"code":"ORDER_CANCELLED","description":"Service/Order Cancellation"},'
    '{"code":"FRAUDULENT_PAYMENT","description":"Fraudulent Payment"}]'
)


@pytest.fixture(scope="module")
def serving_examples() -> Iterator[Box]:
    fixtures = (Path(__file__).parent / "lean.json",)
    with serving(frozen("2026-05-13T11:50:42.625199Z", fixtures=fixtures)) as box:
        yield box


@pytest.fixture
def recorded(serving_examples: Box) -> Box:
    """A world with the recorded payments at the recorded moment."""
    serving_examples.admin.post("/reset")
    return serving_examples


def test_a_created_refund(recorded: Box) -> None:
    answer = recorded.lean.post("/payouts/refunds", [ITEM])
    refund = answer.json()[0]["refund_id"]

    assert answer.status_code == 201
    assert answer.content == CREATED.replace("«refund»", refund).encode()
    assert len(answer.content) == 429


def test_an_approved_refund(recorded: Box) -> None:
    refund = recorded.lean.post("/payouts/refunds", [ITEM]).json()[0]["refund_id"]
    answer = recorded.lean.put("/payouts/refunds", [{"refund_id": refund, "status": "APPROVED"}])

    assert answer.status_code == 200
    assert answer.content == f'[{{"refund_id":"{refund}","status":"APPROVED"}}]'.encode()


def test_a_refund_that_failed_before_it_reached_the_bank_in_the_list(recorded: Box) -> None:
    recorded.on("refund-rejected-by-bank", at="approval")
    refund = recorded.lean.post("/payouts/refunds", [{**ITEM, "status": "APPROVED"}]).json()[0]
    recorded.advance("36s")
    listed = recorded.lean.get("/payouts/refunds?size=1&status=FAILED").content
    # a fresh world holds one more failed refund, which a page of one leaves to the next
    page = '"size":1,"total_elements":2,"total_pages":2'
    expected = LISTED.replace('"size":50,"total_elements":1,"total_pages":1', page)

    assert listed == expected.replace("«refund»", refund["refund_id"]).encode()
    one = recorded.lean.get(f"/payouts/refunds/{refund['refund_id']}").content
    assert one == listed[len('{"content":[') : listed.index(b'],"page"')]


def test_the_reasons(recorded: Box) -> None:
    assert recorded.lean.get("/payouts/refunds/reasons").content == REASONS.encode()


def test_the_guides_error(recorded: Box) -> None:
    recorded.on("payouts-not-configured")
    answer = recorded.lean.post("/payouts/refunds", [ITEM])

    assert answer.status_code == 403
    assert answer.content == (
        b'{"timestamp":"2026-05-13T11:50:42.625199Z","status":"OPERATION_NOT_ALLOWED",'
        b'"message":"Operation Not Allowed, payouts not configured","metadata":null}'
    )


def test_a_validation_error(recorded: Box) -> None:
    answer = recorded.lean.post("/payouts/refunds", [{**ITEM, "reason_code": "abc"}])

    assert answer.status_code == 400
    assert answer.content == (
        b'{"timestamp":"2026-05-13T11:50:42.625199Z","status":"INVALID_PARAMETERS",'
        b'"message":"The request is badly formatted or a parameter of the wrong type has been '
        b'provided, field: [0]->reason_code, value: abc","metadata":null}'
    )


def test_an_error_of_the_servers_own(recorded: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded.may_be_scripted(True)  # no document describes a failure of the sandbox's own
    monkeypatch.setattr(REFUNDS, "page", lambda *_: 1 / 0)
    answer = recorded.lean.get("/payouts/refunds")

    assert answer.status_code == 500
    assert answer.content == (
        b'{"timestamp":"2026-05-13T11:50:42.625199Z","status":"INTERNAL_SERVER_ERROR",'
        b'"message":"Something has gone wrong. If you continue to see this error, please get in '
        b'touch with Lean.","metadata":null}'
    )


def test_a_payment(recorded: Box) -> None:
    """What the sandbox makes up, source, recipient and bank reference, is checked for its form."""
    answer = recorded.lean.get("/payments/v1/88c4d3e8-b80c-cd46-ac56-f084879744d6")
    made = answer.json()
    recipient = json.dumps(made["recipient_details"], separators=(",", ":"))

    assert list(made["recipient_details"]) == ["account_number", "iban", "name"]
    assert made["bank_transaction_reference"].startswith("WD")
    assert (
        answer.content
        == (
            '{"id":"88c4d3e8-b80c-cd46-ac56-f084879744d6",'
            '"payment_intent_id":"30caf494-d6e0-d83e-907b-9393361c3895",'
            f'"payment_source_id":"{made["payment_source_id"]}",'
            '"sender_details":{"account_number":"0101929293","iban":"AE132353311P10164V8R3",'
            f'"name":"Dwight Schrute"}},"recipient_details":{recipient},"amount":3448.38,'
            '"currency":"AED","description":"30caf494d6e0d83e907b9393361c3895",'
            '"submission_timestamp":"2026-05-11T11:50:42.625199Z",'
            '"initiation_timestamp":"2026-05-11T11:50:42.625199Z","status":"ACCEPTED_BY_BANK",'
            f'"bank_transaction_reference":"{made["bank_transaction_reference"]}"}}'
        ).encode()
    )


def test_a_reconciliation(recorded: Box) -> None:
    """Reference, deposit and moments are the sandbox's; all else is the documented example."""
    path = "/reconciliation/v1/payments/c1e2d3f4-5678-1234-5678-abcdef123456"
    answer = recorded.lean.get(path)
    made = answer.json()["reconciliation"]
    at = "2026-05-11T11:50:42.625199Z"

    assert (
        answer.content
        == (
            '{"id":"c1e2d3f4-5678-1234-5678-abcdef123456",'
            '"customer_id":"a1b2c3d4-5678-1234-5678-abcdef123456",'
            f'"payment_initiation_timestamp":"{at}","reconciliation":{{"status":"RECONCILED",'
            f'"status_update_timestamp":"{at}","reference":"{made["reference"]}","amount":1000,'
            f'"currency_code":"AED","deposit":{{"id":"{made["deposit"]["id"]}",'
            f'"description":"{made["deposit"]["description"]}","timestamp":"{at}","amount":1000,'
            '"currency_code":"AED"}}}'
        ).encode()
    )
    recorded.on("unreconciled-payment")
    outstanding = recorded.lean.get(path).content
    assert outstanding.endswith(
        b'"reference":null,"amount":1000,"currency_code":null,"deposit":null}}'
    )
    assert b'{"status":"OUTSTANDING",' in outstanding


def test_the_headers(recorded: Box) -> None:
    headers = recorded.lean.get("/payouts/refunds/reasons").headers

    assert headers["Content-Type"] == "application/json"
    ids = [
        headers["lean-correlation-id"],
        recorded.lean.get("/banks/v1").headers["lean-correlation-id"],
    ]
    assert all(each.isalpha() for each in ids)
    assert not "".join(ids).islower()
    assert len(headers["lean-correlation-id"]) == 16
    assert len(bytes.fromhex(headers["lean-trace-id"])) == 16
    assert {name: headers[name] for name in RECORDED_HEADERS} == RECORDED_HEADERS


RECORDED_HEADERS = {
    "Cache-Control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
    "x-content-type-options": "nosniff",
    "x-xss-protection": "0",
    "x-frame-options": "DENY",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
}


@pytest.mark.parametrize(
    ("sent", "printed"),
    [("35.00", "35"), ("15.30", "15.3"), ("15.34", "15.34"), ("0.01", "0.01"), ("1e1", "10")],
)
def test_amounts_print_without_trailing_zeros(recorded: Box, sent: str, printed: str) -> None:
    body = json.dumps([{**ITEM, "amount": 0}]).replace('"amount": 0', f'"amount": {sent}')
    answer = recorded.lean.post("/payouts/refunds", body.encode())

    assert f'"amount":{printed},'.encode() in answer.content


@pytest.mark.parametrize(
    ("now", "printed"),
    [
        ("2026-05-13T11:50:42Z", "2026-05-13T11:50:42Z"),
        ("2026-05-13T11:50:42.600Z", "2026-05-13T11:50:42.600Z"),
        ("2026-05-13T11:50:42.600100Z", "2026-05-13T11:50:42.600100Z"),
    ],
)
def test_moments_print_as_javas_instants(recorded: Box, now: str, printed: str) -> None:
    recorded.admin.post("/reset", {"now": now})
    answer = recorded.lean.get("/payouts/refunds/abc")

    assert answer.content.startswith(f'{{"timestamp":"{printed}",'.encode())
