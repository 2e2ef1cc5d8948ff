"""Lean's payouts, byte for byte as they were recorded, and in the key order that was.

Ids, and the numbers of the account that pays, are made by the sandbox: they are filled in before
the comparison. Of the reads only the keys were recorded, so their values here are the sandbox's.
"""

import json
from typing import Any

import pytest

from tests.kit import Box

NOW = "2026-05-13T11:50:42.625199Z"
RECIPIENT = {
    "name": "ABC CORP",
    "display_name": "ABC",
    "iban": "AE680030012312312312123",
    "bank_identifier": "LEANMB1",
    "city": "Dubai",
    "country": "ARE",
    "branch_address": "Marina",
    "currency_iso_code": "AED",
    "postal_code": "00000",
}
ACCOUNT = "2652e3ac-3f34-48c2-b1ae-ed81e30c6601"
CREATED = (
    '{"end_user_id":"«end_user»","payouts_payment_details":[{"payment_intent_id":"«intent»",'
    '"initiate_payment_task_id":"«task»","account_number":"«number»","iban":"«iban»",'
    '"destination_details":{"destination_id":"«destination»","amount":16,"currency":"AED",'
    '"payment_status":"CREATED","error_message":null,"recipient_details":'
    '{"account_number":"12312312312123","iban":"AE680030012312312312123","name":"ABC"}},'
    '"bank_identifier":"LEAN_DC_MB_SAU"}]}'
)
PAYMENT = (
    '{"id":"«payment»","payment_intent_id":"«intent»","payment_source_id":"«end_user»",'
    '"sender_details":{"account_number":"«number»","iban":"«iban»","name":"Sandbox Trading LLC"},'
    '"recipient_details":{"account_number":"12312312312123","iban":"AE680030012312312312123",'
    '"name":"ABC CORP"},"amount":16,"currency":"AED","description":"test payment",'
    f'"submission_timestamp":"{NOW}","initiation_timestamp":"{NOW}",'
    '"status":"ACCEPTED_BY_BANK","post_initiation_status":"PROCESSED",'
    '"bank_transaction_reference":"payment-«payment»","granular_status_code":null,'
    '"status_additional_details":null}'
)
INTENT = (
    '{"payment_intent_id":"«intent»","customer_id":"«customer»","amount":16,"currency":"AED",'
    '"description":"test payment","external_reference":null,"payment":' + PAYMENT + ","
    '"payment_destination":{"id":"«destination»","name":"ABC CORP","bank_identifier":"LEANMB1",'
    '"short_name":null,"iban":"AE680030012312312312123","account_number":"12312312312123",'
    '"swift_code":null,"status":"ACTIVE","address":null,"country":"ARE","city":"Dubai",'
    '"emirate":null,"ifsc":null,"sort_code":null,"cool_off_expiry":null,"routing_code":null,'
    '"transit_code":null,"branch_address":"Marina","currency_iso_code":"AED",'
    '"postal_code":"00000"}}'
)
LISTED = (
    '{"content":[{"recipient_name":"ABC","recipient_bank_name":"LEANMB1",'
    '"recipient_iban":"AE680030012312312312123","recipient_cool_off_expiry":null,'
    '"recipient_address":null,"recipient_city":"Dubai","recipient_country":"ARE",'
    '"description":"test payment","currency":"AED","amount":16,'
    f'"created_at":"{NOW}","updated_at":"2026-05-13T11:51:22.625199Z",'
    '"payment_intent_id":"«intent»","auto_authorized":true,"pending_manual_authorization":false,'
    '"status":"ACCEPTED_BY_BANK","post_initiation_status":"PROCESSED",'
    '"bank_transaction_reference":"payment-«payment»"}],'
    '"page":{"number":0,"size":1,"total_elements":1,"total_pages":1,"sort":null}}'
)
HISTORY = (
    '{"content":[{"payment_id":"«payment»","events":['
    '{"event":"payment.updated","status":"ACCEPTED_BY_BANK","post_initiation_status":"PROCESSED",'
    '"published_at":"2026-05-13T11:51:22.625199Z"},'
    '{"event":"payment.created","status":"ACCEPTED_BY_BANK","post_initiation_status":null,'
    '"published_at":"2026-05-13T11:50:43.625199Z"}]}],'
    '"page":{"number":0,"size":10,"total_elements":1,"total_pages":1,"sort":null}}'
)
DESTINATION = (
    '{"add_beneficiary_task_id":"«task»","destination_id":"«destination»",'
    '"bank_identifier":"LEANMB1","iban":"AE680030012312312312123",'
    '"account_number":"12312312312123","display_name":"ABC","status":"CONFIRMED"}'
)
FOUND = (
    '{"id":"«destination»","name":"ABC CORP","display_name":"ABC",'
    '"iban":"AE680030012312312312123","account_number":"12312312312123","swift_code":null,'
    '"status":"ACTIVE","address":null,"country":"ARE","city":"Dubai","currency_iso_code":"AED"}'
)


def filled(text: str, made: dict[str, str]) -> bytes:
    for name, value in made.items():
        text = text.replace(f"«{name}»", value)
    return text.encode()


@pytest.fixture
def destination(box: Box) -> dict[str, Any]:
    answer = box.lean.post("/payouts/v1/payment/destinations", [RECIPIENT])
    assert answer.status_code == 200
    made: dict[str, Any] = answer.json()[0]
    names = {"task": made["add_beneficiary_task_id"], "destination": made["destination_id"]}
    assert answer.content == filled(f"[{DESTINATION}]", names)
    return names


def test_a_destination(box: Box, destination: dict[str, str]) -> None:
    """Its keys are documented."""
    path = f"/payouts/v1/payment/destinations/{destination['destination']}"

    assert box.lean.get(path).content == filled(FOUND, destination)


def test_a_payout_as_it_is_made_and_as_all_its_reads_show_it(
    box: Box, destination: dict[str, str]
) -> None:
    to = {
        "authorize_payment": True,
        "payment_destination_id": destination["destination"],
        "amount": 16,
        "description": "test payment",
    }
    detail = {"account_id": ACCOUNT, "currency": "AED", "destination_details": [to]}
    answer = box.lean.post("/payouts/v1/payment", {"payment_details": [detail]})
    body = answer.json()
    one = body["payouts_payment_details"][0]
    made = {
        "end_user": body["end_user_id"],
        "intent": one["payment_intent_id"],
        "task": one["initiate_payment_task_id"],
        "number": one["account_number"],
        "iban": one["iban"],
        "destination": destination["destination"],
    }
    assert (answer.status_code, answer.content) == (201, filled(CREATED, made))
    assert one["iban"][4:] == "035" + one["account_number"]
    made["customer"] = box.lean.get(f"/payouts/v1/intents/{made['intent']}").json()["customer_id"]
    assert len({*made.values()}) == len(made)

    box.advance("40s")
    history = box.lean.get(f"/payouts/v1/payments/{made['intent']}/history")
    made["payment"] = history.json()["content"][0]["payment_id"]
    assert history.content == filled(HISTORY, made)
    paths = {
        f"/payouts/v1/{made['payment']}": PAYMENT,
        f"/payouts/v1/intents/{made['intent']}": INTENT,
        "/payouts/v1/payments?page_size=1&from=2026-05-13": LISTED,
    }
    for path, text in paths.items():
        read = box.lean.get(path)
        assert (read.status_code, read.content) == (200, filled(text, made))


def test_a_bank(box: Box) -> None:
    """The keys are recorded, and the order of all but the last."""
    answer = box.lean.get("/banks/v1/?account_types=PERSONAL").content

    assert answer.startswith(
        '[{"identifier":"LEAN_OF_RETAIL_UAE","name":"Lean Open Finance MockBank",'
        '"arabic_name":"بنك لين التجريبي للتمويل المفتوح",'
        '"commercial_name":"Lean Open Finance MockBank",'
        '"commercial_name_arabic":"بنك لين التجريبي للتمويل المفتوح",'
        '"logo":"data:image/svg+xml,'.encode()
    )
    assert b'"main_color":"#1B4DFF","background_color":"#FFFFFF","theme":"light",' in answer
    assert (
        b'"country_code":"ARE","active":true,"mock":true,"traits":[],'
        b'"supported_account_types":["CREDIT","SAVINGS","CURRENT"],' in answer
    )


def test_an_event(box: Box, destination: dict[str, str]) -> None:
    """The documented keys in their order; of the payload those that were seen of payouts."""
    to = {
        "authorize_payment": True,
        "payment_destination_id": destination["destination"],
        "amount": 15.34,
        "description": "Wages",
    }
    detail = {"account_id": ACCOUNT, "destination_details": [to]}
    body = box.lean.post("/payouts/v1/payment", {"payment_details": [detail]}).json()
    intent = body["payouts_payment_details"][0]["payment_intent_id"]
    box.advance("40s")
    customer = box.lean.get(f"/payouts/v1/intents/{intent}").json()["customer_id"]
    answer = box.lean.get("/events/v1?page=0&size=1")
    made = answer.json()["data"][0]

    assert (
        answer.content
        == (
            f'{{"data":[{{"payload":{{"id":"{made["payload"]["id"]}","amount":15.34,'
            '"reason":"Wages","status":"ACCEPTED_BY_BANK","currency":"AED",'
            f'"intent_id":"{intent}","customer_id":"{customer}",'
            f'"end_user_id":"{body["end_user_id"]}",'
            f'"payment_destination_id":"{destination["destination"]}",'
            '"post_initiation_status":"PROCESSED",'
            f'"bank_transaction_reference":"payment-{made["payload"]["id"]}"}},'
            '"type":"payment.updated","message":"A payment object has been updated.",'
            f'"timestamp":"2026-05-13T11:51:22.625199Z","event_id":"{made["event_id"]}"}}],'
            '"page":{"number":0,"size":1,"total_elements":3,"total_pages":3}}'
        ).encode()
    )


def test_the_webhook_of_a_new_destination(box: Box, destination: dict[str, str]) -> None:
    """The payload is documented, the message is the sandbox's own."""
    (event,) = box.lean.get("/events/v1?page=0&size=9").json()["data"]
    payload = event["payload"]

    assert json.dumps(payload, separators=(",", ":")) == (
        f'{{"id":"{payload["id"]}","customer_id":"{payload["customer_id"]}",'
        f'"payment_source_id":"{payload["payment_source_id"]}",'
        f'"payment_destination_id":"{destination["destination"]}","status":"ACTIVE",'
        f'"end_user_id":"{payload["end_user_id"]}",'
        '"payment_source_bank_identifier":"LEAN_DC_MB_SAU"}'
    )
    assert event["type"] == "payment_source.beneficiary.created"
