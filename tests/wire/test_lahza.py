"""Lahza's answers, byte for byte as its reference shows them, less the white space.

The reference's moments contradict each other (a refund is expected before it was asked for), so
those are the sandbox's: its clock stands at NOW.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit import Box, frozen, serving

NOW = "2021-12-07T09:21:17.122Z"
LATER = "2021-12-16T09:21:17.122Z"

QUEUED = (
    '{"status":true,"message":"Refund has been queued for processing","data":{'
    '"transaction":{"id":1004723697,"domain":"live","reference":"T685312322670591",'
    '"amount":10000,"paid_at":"2021-08-21T09:21:17.122Z","channel":"card","currency":"ILS",'
    '"authorization":{"exp_month":null,"exp_year":null,"account_name":null},'
    '"customer":{"international_format_phone":null},"plan":{},"subaccount":{"currency":null},'
    '"split":{},"order_id":null,"paidAt":"2021-08-21T09:21:17.122Z",'
    '"pos_transaction_data":null,"source":null,"fees_breakdown":null},'
    '"integration":412829,"deducted_amount":0,"channel":null,'
    '"merchant_note":"Refund for transaction T685312322670591 by test@example.com",'
    '"customer_note":"Refund for transaction T685312322670591","status":"pending",'
    f'"refunded_by":"test@example.com","expected_at":"{LATER}","currency":"ILS",'
    '"domain":"live","amount":10000,"fully_deducted":false,"id":«id»,'
    f'"createdAt":"{NOW}","updatedAt":"{NOW}"}}}}'
)
FETCHED = (
    '{"status":true,"message":"Refund retrieved","data":{"transaction":1641,"domain":"live",'
    '"amount":500000,"deducted_amount":500000,"fully_deducted":true,"currency":"ILS",'
    '"channel":"card","status":"processed","refunded_by":"customer@gmail.com",'
    f'"refunded_at":"{NOW}","expected_at":"{LATER}","customer_note":"xxx",'
    f'"merchant_note":"xxx","id":1,"createdAt":"{NOW}","updatedAt":"{NOW}"}}}}'
)
DISPUTED_ROW = (
    '{"id":1,"domain":"live","transaction":1641,"dispute":20,"amount":500000,'
    '"deducted_amount":500000,"currency":"ILS","channel":"card","fully_deducted":1,'
    f'"refunded_by":"customer@gmail.com","refunded_at":"{NOW}","expected_at":"{LATER}",'
    f'"customer_note":"xxx","merchant_note":"xxx","created_at":"{NOW}",'
    f'"updated_at":"{NOW}","status":"processed"}}'
)
PENDING_ROW = (
    '{"id":2,"domain":"test","transaction":323896,"amount":500000,"deducted_amount":null,'
    '"currency":"ILS","channel":"card","fully_deducted":null,'
    f'"refunded_by":"customer@gmail.com","refunded_at":"{NOW}","expected_at":"{LATER}",'
    f'"customer_note":"xxx","merchant_note":"xxx","created_at":"{NOW}",'
    f'"updated_at":"{NOW}","status":"pending"}}'
)
VERIFIED = (
    '{"status":true,"message":"Verification successful","data":{"id":690075529,'
    '"domain":"test","status":"success","reference":"XXXXX","amount":10000,'
    f'"message":"Approval","gateway_response":"Successful","paid_at":"{NOW}",'
    f'"created_at":"{NOW}","channel":"card","currency":"ILS","ip_address":«ip_address»,'
    '"metadata":"","log":{"start_time":1638868877,"time_spent":6,"attempts":1,"errors":0,'
    '"success":true,"mobile":false,"input":[],"history":[{"type":"action",'
    '"message":"Attempted to pay with card","time":5},{"type":"success",'
    '"message":"Successfully paid with card","time":6}]},"fees":100,'
    '"authorization":{"authorization_code":«authorization_code»,"bin":«bin»,"last4":«last4»,'
    '"exp_month":«exp_month»,"exp_year":«exp_year»,"channel":"card","card_type":«card_type»,'
    '"bank":"Test Bank","country_code":"PS","brand":«brand»,"reusable":true,'
    '"signature":«signature»,"account_name":null},"customer":{"id":«id»,'
    '"first_name":«first_name»,"last_name":«last_name»,"email":"customer@example.com",'
    '"customer_code":«customer_code»,"phone":null,"metadata":null,"risk_action":"default"}}}'
)


@pytest.fixture(scope="module")
def serving_examples() -> Iterator[Box]:
    fixtures = (Path(__file__).parent / "lahza.json",)
    with serving(frozen(NOW, fixtures=fixtures)) as box:
        yield box


@pytest.fixture
def documented(serving_examples: Box) -> Box:
    """A world with the reference's transactions and refunds."""
    serving_examples.admin.post("/reset")
    return serving_examples


def test_a_queued_refund(documented: Box) -> None:
    answer = documented.live.post("/refund", {"transaction": "T685312322670591"})
    number = answer.json()["data"]["id"]

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == QUEUED.replace("«id»", str(number)).encode()


def test_a_fetched_refund(documented: Box) -> None:
    assert documented.live.get("/refund/1").content == FETCHED.encode()


def test_the_two_documented_rows(documented: Box) -> None:
    """The reference lists both domains in one answer; a key sees its own only."""
    for api, reference, row in (
        (documented.live, "T1641", DISPUTED_ROW),
        (documented.lahza, "T323896", PENDING_ROW),
    ):
        answer = api.get(f"/refund?reference={reference}")
        expected = f'{{"status":true,"message":"Refunds retrieved","data":[{row}]}}'
        assert answer.content == expected.encode()


def test_a_verified_transaction(documented: Box) -> None:
    """Card and customer are made up: their values are filled in, their keys and order held."""
    answer = documented.lahza.get("/transaction/verify/XXXXX")
    data = answer.json()["data"]
    made = {**data["authorization"], **data["customer"], "ip_address": data["ip_address"]}
    expected = VERIFIED
    for key, value in made.items():
        expected = expected.replace(f"«{key}»", f'"{value}"' if key != "id" else str(value))

    assert answer.content == expected.encode()


def test_an_initialized_transaction(documented: Box) -> None:
    """The page's address is the sandbox's; so is the access code, though of the same form."""
    body = {"amount": 10000, "email": "customer@example.com", "reference": "TKSksdmsdk2sss323"}
    answer = documented.lahza.post("/transaction/initialize", body)
    code = answer.json()["data"]["access_code"]

    assert answer.status_code == 200
    assert (
        answer.content
        == (
            '{"status":true,"message":"Authorization URL created","data":{'
            f'"authorization_url":"{documented.url}/checkout/{code}","access_code":"{code}",'
            '"reference":"TKSksdmsdk2sss323"}}'
        ).encode()
    )


def test_lists_and_reports(documented: Box) -> None:
    """In Paystack's shapes; a transaction in a list is as verify shows it."""
    one = documented.lahza.get("/transaction/verify/XXXXX").text
    data = one[one.index('"data":') + 7 : -1]
    log = data[data.index('"log":') + 6 : data.index(',"fees"')]
    query = "?customer=customer@example.com"
    export = documented.lahza.get("/transaction/export").json()["data"]["path"]

    def said(path: str) -> str:
        return documented.lahza.get(f"/transaction{path}").text

    assert said(query) == (
        f'{{"status":true,"message":"Transactions retrieved","data":[{data}],'
        '"meta":{"total":1,"skipped":0,"perPage":50,"page":1,"pageCount":1}}'
    )
    assert said("/690075529") == (
        f'{{"status":true,"message":"Transaction retrieved","data":{data}}}'
    )
    assert said("/timeline/XXXXX") == (
        f'{{"status":true,"message":"Timeline retrieved","data":{log}}}'
    )
    assert said(f"/totals{query}") == (
        '{"status":true,"message":"Transaction totals","data":{"total_transactions":1,'
        '"total_volume":10000,"total_volume_by_currency":[{"currency":"ILS","amount":10000}],'
        '"pending_transfers":0,"pending_transfers_by_currency":[]}}'
    )
    assert said("/export").rpartition("/")[0] == (
        '{"status":true,"message":"Export successful","data":{"path":"' + export.rpartition("/")[0]
    )


def test_the_documented_errors(documented: Box) -> None:
    body = {"amount": 1, "email": "a@example.com", "reference": "XXXXX"}
    taken = documented.lahza.post("/transaction/initialize", body)
    code = {"authorization_code": "AUTH_nobody", "amount": 1, "email": "a@example.com"}
    unknown = documented.lahza.post("/transaction/charge_authorization", code)

    assert taken.status_code == unknown.status_code == 400
    assert taken.content == b'{"status":false,"message":"Duplicate Transaction Reference"}'
    assert unknown.content == (
        b'{"status":false,"message":"The authorization code provided either does not exist or '
        b'has been deactivated."}'
    )
