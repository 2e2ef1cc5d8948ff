"""Lean's payments side and its webhooks, byte for byte as recorded or documented.

Ids, references and moments are made by the sandbox: they are filled in before the comparison. Of
customers' and deposits' lists, sources and the search only the keys are known, in their order.
"""

import json
from typing import Any

import pytest
import requests

from tests.kit import Box

NOW = "2026-05-13T11:50:42.625199Z"
DEFAULT = "1ea00000-0000-4000-9000-000000000001"
"""lean.destinations.default"""
DESTINATION = {
    "name": "Dorsey Cummerata",
    "display_name": "Dorsey",
    "address": "1 Creek Road",
    "city": "Dubai",
    "country": "ARE",
    "iban": "AE840260011928374650912",
    "swift_code": "EBILAEAD",
}


def made(answer: requests.Response, *names: str) -> list[Any]:
    assert answer.status_code == 200, answer.text
    return [answer.json()[name] for name in names]


def told(box: Box) -> list[str]:
    """The bodies of webhooks, oldest first, as sent."""
    deliveries = box.admin.get("/webhooks/deliveries").json()["deliveries"]
    return [json.dumps(d["body"], separators=(",", ":"), ensure_ascii=False) for d in deliveries]


@pytest.fixture
def customer(box: Box) -> str:
    answer = box.lean.post("/customers/v1/", {"app_user_id": "user-1"})
    (customer_id,) = made(answer, "customer_id")
    assert answer.text == f'{{"customer_id":"{customer_id}","app_user_id":"user-1"}}'
    return str(customer_id)


@pytest.fixture
def intent(box: Box, customer: str) -> str:
    """The recorded one: 25 AED, with metadata."""
    body = {
        "customer_id": customer,
        "amount": 25,
        "currency": "AED",
        "description": "testing",
        "metadata": {"data": "meta_data_test"},
    }
    (intent_id,) = made(box.lean.post("/payments/v1/intents", body), "payment_intent_id")
    return str(intent_id)


def test_a_customer_that_exists(box: Box, customer: str) -> None:
    answer = box.lean.post("/customers/v1/", {"app_user_id": "user-1"})

    assert answer.status_code == 409
    assert answer.text == (
        f'{{"timestamp":"{NOW}","status":"CUSTOMER_ALREADY_EXISTS",'
        '"message":"A customer already exists for the app_user_id you have provided.",'
        '"metadata":null}'
    )


def test_a_list_of_customers(box: Box, customer: str) -> None:
    answer = box.lean.get("/customers/v1?page_number=0&page_size=1")

    total = answer.json()["page"]["total_elements"]
    assert answer.text == (
        f'{{"data":[{{"customer_id":"{customer}","app_user_id":"user-1"}}],"page":{{"number":0,'
        f'"size":1,"total_elements":{total},"total_pages":{total},"sort":null}}}}'
    )


def test_an_intent(box: Box, customer: str) -> None:
    body = {"customer_id": customer, "amount": 15.34, "currency": "AED", "description": "Order 1"}
    answer = box.lean.post("/payments/v1/intents", body)
    (intent_id,) = made(answer, "payment_intent_id")

    assert answer.text == (
        f'{{"payment_intent_id":"{intent_id}","customer_id":"{customer}","amount":15.34,'
        '"currency":"AED","description":"Order 1","payments":[],"payment_destination":{'
        f'"id":"{DEFAULT}","bank_identifier":"LEAN_OF_RETAIL_UAE","name":"Sandbox Trading LLC",'
        '"iban":"AE220331027400118273645","display_name":"Sandbox Trading LLC",'
        '"account_number":"1027400118273645","swift_code":"BOMLAEAD","status":"ACTIVE",'
        '"address":"Sheikh Zayed Road","country":"ARE","city":"Dubai","default":true,'
        '"owner_type":"APPLICATION","branch_address":null,"currency_iso_code":"AED",'
        '"confirmation_of_payee_status":"MATCH","bank_type":"RETAIL"},'
        '"created_at":null,"updated_at":null}'
    )
    read = answer.text.replace(
        '"bank_type":"RETAIL"},"created_at":null,"updated_at":null}',
        '"bank_type":"RETAIL","ifsc":null,"sort_code":null,"routing_number":null,'
        f'"transit_code":null,"postal_code":null}},"created_at":"{NOW}","updated_at":"{NOW}"}}',
    )
    assert box.lean.get(f"/payments/v1/intents/{intent_id}").text == read
    page = box.lean.get("/payments/v1/intents?page=0&size=1")
    total = page.json()["page"]["total_elements"]
    assert page.text == (
        f'{{"data":[{read}],"page":{{"number":0,"size":1,"total_elements":{total},'
        f'"total_pages":{total}}}}}'
    )


def test_a_destination(box: Box) -> None:
    answer = box.lean.post("/payments/v1/destinations", DESTINATION)
    (destination_id,) = made(answer, "id")

    assert answer.text == (
        f'{{"id":"{destination_id}","status":"ACTIVE","default":false,"branch_address":null,'
        '"name":"Dorsey Cummerata","iban":"AE840260011928374650912","display_name":"Dorsey",'
        '"address":"1 Creek Road","city":"Dubai","country":"ARE","swift_code":"EBILAEAD",'
        '"account_number":"11928374650912"}'
    )
    read = answer.text.replace('"branch_address":null,', "").replace("}", ',"currency":"AED"}')
    assert box.lean.get(f"/payments/v1/destinations/{destination_id}").text == read


def test_a_source(box: Box, customer: str, intent: str) -> None:
    """Key order documented."""
    box.admin.post("/lean/payments", {"payment_intent_id": intent})
    answer = box.lean.get(f"/customers/v1/{customer}/payment-sources")
    (source,) = answer.json()
    (beneficiary,), (account,) = source["beneficiaries"], source["accounts"]

    assert answer.text == (
        f'[{{"id":"{source["id"]}","customer_id":"{customer}","app_id":"{source["app_id"]}",'
        '"status":"ACTIVE","beneficiary_cool_off_expiry":null,'
        '"bank_identifier":"LEAN_OF_RETAIL_UAE","beneficiaries":[{'
        f'"id":"{beneficiary["id"]}","payment_destination_id":"{DEFAULT}","status":"ACTIVE",'
        '"beneficiary_cool_off_expiry":null}],"accounts":[{'
        f'"id":"{account["id"]}","account_id":"{account["account_id"]}",'
        f'"account_name":"{account["account_name"]}",'
        f'"account_number":"{account["account_number"]}","iban":"{account["iban"]}",'
        '"currency":"AED"}]}]'
    )


def test_a_deposit(box: Box, intent: str) -> None:
    """Key order documented."""
    payment = box.admin.post("/lean/payments", {"payment_intent_id": intent}).json()
    box.advance("15m")
    days = "start_date=2026-05-13&end_date=2026-05-13&size=1"
    answer = box.lean.get(f"/reconciliation/v1/deposits/?{days}")
    (deposit,), total = answer.json()["data"], answer.json()["page"]["total_elements"]

    assert answer.text == (
        f'{{"data":[{{"id":"{deposit["id"]}","description":"{payment["description"]}","amount":25,'
        f'"currency":"AED","bank_deposit_reference":"{payment["bank_transaction_reference"]}",'
        '"timestamp":"2026-05-13T12:05:42.625199Z",'
        '"local_timestamp":"2026-05-13T16:05:42.625199+04:00","beneficiary_account":{'
        f'"account_id":"{deposit["beneficiary_account"]["account_id"]}",'
        '"iban":"AE220331027400118273645"},"reconciliation":{"status":"RECONCILED",'
        f'"payment_id":"{payment["id"]}"}},'
        f'"deposit_source_id":"{deposit["deposit_source_id"]}"}}],"page":{{"number":0,"size":1,'
        f'"total_elements":{total},"total_pages":{total}}}}}'
    )


def test_the_search_of_payments(box: Box, intent: str) -> None:
    """Key order documented; a payment as in `GET /reconciliation/v1/payments/{payment_id}`."""
    payment = box.admin.post("/lean/payments", {"payment_intent_id": intent}).json()
    days = {"from": "2026-05-13", "to": "2026-05-13"}
    page = {"page_number": 0, "results_per_page": 1}
    body = {"payment_initiation_date": days, "pagination": page}
    answer = box.lean.post("/reconciliation/v1/payments", body)
    one = box.lean.get(f"/reconciliation/v1/payments/{payment['id']}").text

    total = answer.json()["pagination"]["total_results"]
    assert answer.text == (
        f'{{"payments":[{one}],"pagination":{{"page_number":0,"results_per_page":1,'
        f'"total_results":{total}}}}}'
    )


def test_the_webhooks_of_a_payment(box: Box, customer: str, intent: str) -> None:
    """Recorded, but for the digits of moments: the sandbox's clock has six of a second.

    Those of its source are documented, but for the beneficiary's message.
    """
    payment = box.admin.post("/lean/payments", {"payment_intent_id": intent}).json()
    box.admin.patch(f"/lean/payments/{payment['id']}", {"status": "PENDING_WITH_BANK"})
    ids = [json.loads(text)["event_id"] for text in told(box)]
    source, reference = payment["payment_source_id"], payment["bank_transaction_reference"]
    (known,) = box.lean.get(f"/customers/v1/{customer}/payment-sources").json()
    payload = (
        f'"payload":{{"id":"{payment["id"]}","amount":25,"reason":"testing",'
        '"status":"«status»","currency":"AED","metadata":{"data":"meta_data_test"},'
        f'"intent_id":"{intent}","customer_id":"{customer}",'
        f'"payment_destination_id":"{DEFAULT}",'
        f'"bank_transaction_reference":"{reference}"}}'
    )
    wanted = [
        '{"type":"payment_intent.created","message":"Payment intent created","payload":{'
        '"amount":25,"reason":"testing","status":"INTENT_CREATED","currency":"AED",'
        f'"metadata":{{"data":"meta_data_test"}},"intent_id":"{intent}"}}',
        '{"type":"payment_source.created",'
        '"message":"A payment source was pre-authorized by your customer.","payload":{'
        f'"id":"{source}","customer_id":"{customer}","status":"ACTIVE",'
        '"bank_identifier":"LEAN_OF_RETAIL_UAE","bank_name":"Lean Open Finance MockBank"}',
        '{"type":"payment_source.beneficiary.created",'
        '"message":"A payment source beneficiary has been created.","payload":{'
        f'"id":"{known["beneficiaries"][0]["id"]}","customer_id":"{customer}",'
        f'"payment_source_id":"{source}","payment_destination_id":"{DEFAULT}","status":"ACTIVE",'
        '"payment_source_bank_identifier":"LEAN_OF_RETAIL_UAE"}',
        '{"type":"payment.created","message":"A payment object has been created.",'
        + payload.replace("«status»", "ACCEPTED_BY_BANK"),
        '{"type":"payment.updated","message":"A payment object has been updated.",'
        + payload.replace("«status»", "PENDING_WITH_BANK"),
    ]

    assert told(box) == [
        f'{text},"event_id":"{event_id}","timestamp":"{NOW}"}}'
        for text, event_id in zip(wanted, ids, strict=True)
    ]


def test_the_webhook_of_a_reconciliation(box: Box) -> None:
    """The payload is the sandbox's own."""
    payment = box.admin.post("/lean/payments", {"amount": 15.3}).json()
    reconciled = box.lean.get(f"/reconciliation/v1/payments/{payment['id']}").json()
    last = told(box)[-1]

    assert last == (
        '{"type":"payment.reconciliation.updated",'
        '"message":"A payment\'s reconciliation has been updated.","payload":{'
        f'"id":"{payment["id"]}","status":"RECONCILED","amount":15.3,"currency":"AED",'
        f'"deposit_id":"{reconciled["reconciliation"]["deposit"]["id"]}"}},'
        f'"event_id":"{json.loads(last)["event_id"]}","timestamp":"{NOW}"}}'
    )
