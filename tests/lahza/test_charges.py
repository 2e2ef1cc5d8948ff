"""What begins a transaction: initialize, and charging an authorization again."""

import json
from typing import Any

import pytest
import requests

from sandbox.lahza.wire import MOST_AMOUNT
from tests.kit import Api, Box
from tests.lahza.calls import refused, seen

EMAIL = "payer@example.com"
CARD = {"card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"}
DECLINED = "4000000000009979"
BAD_EMAIL = "Invalid Email Address Passed"
BAD_AMOUNT = "Invalid amount passed."
BAD_REFERENCE = "Invalid character in transaction reference"
BAD_CALLBACK = "callback_url must be a valid URL"
BAD_AMOUNTS: tuple[Any, ...] = (0, -1, 1.5, "1.5", "ten", True, [], {}, MOST_AMOUNT + 1, 10**40)
BAD_EMAILS: tuple[Any, ...] = ("payer", 7, [], "a@b@c", "a" * 300 + "@b.ps")
UNSAFE_SCHEMES = (
    "file FILE ws wss Intent android-app filesystem view-source chrome chrome-extension vbscript "
    "moz-extension ftp ftps tel sms mailto blob about ms-settings ms-word search-ms itms-services "
    "market x-apple-helpviewer smb ssh jar resource"
).split()
BAD_CALLBACKS: tuple[Any, ...] = (
    *("shop", "//shop.test", "javascript://x", "data://x", "http://a b"),
    *("http:///x", "http://[x", "http://a]b", "http://a:b/", "http://a:99999/"),
    *("http://a..b/", "http://shop\u2100.test/", f"http://{'a' * 64}.test/"),
    *("https://shop@evil.test/", "https://shop:443@evil.test", "https://@shop.test/", "app://a@b"),
    *("https://shop.test\\@evil.test/", "https:\\\\shop.test/", "https://shop.test/\\evil.test"),
    *(" https://shop.test/", "\x01https://shop.test/", "https://shop.test/\n", "\u017fhop://x"),
    *(f"{scheme}://x/y" for scheme in UNSAFE_SCHEMES),
    *("about:blank", "tel:123", "blob:https://shop.test/1", "mailto:a@b.co", "ms-settings:"),
    *(7, {}),
)
UNKNOWN_CODE = "The authorization code provided either does not exist or has been deactivated."


def initialize(api: Api, **values: Any) -> requests.Response:
    return api.post("/transaction/initialize", {"amount": 15000, "email": EMAIL, **values})


def begun(api: Api, **values: Any) -> dict[str, Any]:
    """What verify says of a transaction that has just been initialised."""
    answer = initialize(api, **values)
    assert answer.status_code == 200, answer.text
    reference = answer.json()["data"]["reference"]
    return dict(api.get(f"/transaction/verify/{reference}").json()["data"])


def paid(box: Box, number: str = CARD["card_number"], **values: Any) -> dict[str, Any]:
    """What verify says of a transaction after a card has been tried."""
    data = initialize(box.lahza, **values).json()["data"]
    requests.post(data["authorization_url"], data={**CARD, "card_number": number}, timeout=30)
    answer = box.lahza.get(f"/transaction/verify/{data['reference']}")
    return dict(answer.json()["data"])


def charge(api: Api, code: str, **values: Any) -> requests.Response:
    body = {"authorization_code": code, "email": EMAIL, "amount": 7000, **values}
    return api.post("/transaction/charge_authorization", body)


def test_a_transaction_waits_for_its_payer(box: Box) -> None:
    names = {"firstName": "Noor", "last_name": "Haddad", "mobile": "+970590000000"}
    one = begun(box.lahza, ref="order=1.a-b", currency="JOD", plan="PLN_1", **names)

    assert one["reference"] == "order=1.a-b"
    assert (one["status"], one["amount"], one["currency"]) == ("abandoned", 15000, "JOD")
    assert (one["paid_at"], one["log"], one["authorization"]) == (None, None, {})
    customer = one["customer"]
    assert (customer["email"], customer["first_name"]) == (EMAIL, "Noor")
    assert (customer["last_name"], customer["phone"]) == ("Haddad", "+970590000000")
    refund = box.lahza_refund("order=1.a-b")
    assert seen(refund) == refused(400, "Transaction has not been completed")


@pytest.mark.parametrize("as_form", [False, True])
def test_amounts_may_be_texts_and_bodies_forms(box: Box, as_form: bool) -> None:
    body = {"amount": "15000", "email": EMAIL, "reference": "order-1", "currency": ""}
    if as_form:
        headers = {"Authorization": "Bearer sk_test_kit"}
        url = f"{box.url}/transaction/initialize"
        answer = requests.post(url, data=body, headers=headers, timeout=30)
    else:
        answer = box.lahza.post("/transaction/initialize", body)

    assert answer.status_code == 200, answer.text
    one = box.lahza.get("/transaction/verify/order-1").json()["data"]
    assert (one["amount"], one["currency"]) == (15000, "ILS")


@pytest.mark.parametrize(
    "metadata",
    [
        "",
        "order 1",
        *("[1]", "7", '{"order": 1', "\x00"),
        {"order": {"lines": [1, 2.5, None, True], "طلب": "قيمة"}},
        {"exact": 12345678901234567890, "small": -1.25e-7},
    ],
)
def test_metadata_comes_back_as_it_was_given(box: Box, metadata: Any) -> None:
    assert begun(box.lahza, metadata=metadata)["metadata"] == metadata


def test_metadata_that_is_the_json_of_an_object_comes_back_as_that(box: Box) -> None:
    order = {"order": {"lines": [1, 2.5], "طلب": "قيمة"}, "custom_fields": []}
    one = begun(box.lahza, metadata=json.dumps(order))
    form = {"amount": "1", "email": EMAIL, "reference": "form", "metadata": json.dumps(order)}
    headers = {"Authorization": "Bearer sk_test_kit"}
    requests.post(f"{box.url}/transaction/initialize", data=form, headers=headers, timeout=30)
    other = box.lahza.get("/transaction/verify/form").json()["data"]

    assert one["metadata"] == other["metadata"] == order


def test_a_number_in_metadata_beyond_all_floats_stays_json(box: Box) -> None:
    raw = b'{"amount":1,"email":"a@example.com","reference":"big","metadata":{"n":1e999}}'
    assert box.lahza.post("/transaction/initialize", raw).status_code in (200, 400)
    assert "Infinity" not in box.lahza.get("/transaction?perPage=1").text


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"amount": None}, "Amount is required"),
        *(({"amount": amount}, BAD_AMOUNT) for amount in BAD_AMOUNTS),
        ({"email": ""}, "Email is required"),
        *(({"email": email}, BAD_EMAIL) for email in BAD_EMAILS),
        ({"currency": "EUR"}, "Currency not supported by merchant"),
        *(
            ({"reference": text}, BAD_REFERENCE)
            for text in ("a_b", "a b", "طلب", "a/b", "a\u0000", ["a"], True)
        ),
        ({"reference": "a" * 201}, "Transaction reference is too long"),
        *(({"callback_url": url}, BAD_CALLBACK) for url in BAD_CALLBACKS),
        *(({"metadata": m}, "metadata must be an object or a string") for m in (7, [1], True)),
        ({"first_name": ["a"]}, "first_name must be a string"),
        ({"mobile": {}}, "mobile must be a string"),
        ({"plan": []}, "plan must be a string"),
    ],
)
def test_a_bad_initialize(box: Box, values: dict[str, Any], message: str) -> None:
    before = box.lahza.get("/transaction").json()["meta"]["total"]

    assert seen(initialize(box.lahza, **values)) == refused(400, message)
    assert box.lahza.get("/transaction").json()["meta"]["total"] == before


def test_a_reference_is_used_once_in_a_domain(box: Box) -> None:
    taken = refused(400, "Duplicate Transaction Reference")
    code = paid(box, reference="one")["authorization"]["authorization_code"]

    assert seen(initialize(box.lahza, reference="one")) == taken
    assert seen(charge(box.lahza, code, reference="one")) == taken
    assert initialize(box.live, reference="one").status_code == 200


def test_a_card_is_charged_again(box: Box) -> None:
    first = paid(box)["authorization"]
    answer = charge(box.lahza, first["authorization_code"], reference="again", metadata={"n": 2})
    again = answer.json()["data"]

    assert (answer.status_code, answer.json()["message"]) == (200, "Charge attempted")
    assert (again["status"], again["reference"], again["amount"]) == ("success", "again", 7000)
    assert again["metadata"] == {"n": 2}
    assert again["authorization"] == first
    assert box.lahza.get("/transaction/verify/again").json()["data"] == again
    assert box.lahza_refund("again").status_code == 200


def test_a_charge_that_the_bank_declines_is_attempted_all_the_same(box: Box) -> None:
    code = paid(box)["authorization"]["authorization_code"]
    box.on("card-declined", response="Insufficient Funds")
    answer = charge(box.lahza, code)

    assert (answer.status_code, answer.json()["message"]) == (200, "Charge attempted")
    assert answer.json()["data"]["status"] == "failed"
    assert answer.json()["data"]["gateway_response"] == "Insufficient Funds"
    box.off("card-declined")
    assert charge(box.lahza, code).json()["data"]["status"] == "success"


def test_a_scenario_of_the_call_that_initializes_sticks_to_the_attempts(box: Box) -> None:
    body = {"amount": 15000, "email": EMAIL, "reference": "one"}
    for reference, scenario in (
        ("one", "card-declined; response=Insufficient Funds"),
        ("two", None),
    ):
        order = {**body, "reference": reference}
        answer = box.lahza.post("/transaction/initialize", order, scenario=scenario)
        requests.post(answer.json()["data"]["authorization_url"], data=CARD, timeout=30)

    for reference, response in (("one", "Insufficient Funds"), ("two", "Successful")):
        one = box.lahza.get(f"/transaction/verify/{reference}").json()["data"]
        assert one["gateway_response"] == response


def test_codes_that_can_not_be_charged(box: Box) -> None:
    declined = paid(box, DECLINED)["authorization"]["authorization_code"]
    good = paid(box)["authorization"]["authorization_code"]

    not_reusable = refused(400, "This authorization is not reusable")
    assert seen(charge(box.lahza, declined)) == not_reusable
    assert seen(charge(box.lahza, "AUTH_nobody")) == refused(400, UNKNOWN_CODE)
    assert seen(charge(box.live, good)) == refused(400, UNKNOWN_CODE)
    for values, message in (
        ({"authorization_code": None}, "Authorization code is required"),
        ({"authorization_code": 7}, "authorization_code must be a string"),
        ({"amount": 0}, BAD_AMOUNT),
        ({"email": None}, "Email is required"),
    ):
        assert seen(charge(box.lahza, good, **values)) == refused(400, message)


def test_the_card_of_a_fixture_is_charged(box: Box) -> None:
    fixture = box.lahza.get("/transaction/verify/fixture-success").json()["data"]
    again = charge(box.lahza, fixture["authorization"]["authorization_code"]).json()["data"]
    assert again["authorization"]["last4"] == fixture["authorization"]["last4"]


def test_the_log_keeps_each_attempt(box: Box) -> None:
    url = initialize(box.lahza, reference="order-1").json()["data"]["authorization_url"]
    box.advance("5s")
    requests.post(url, data={**CARD, "card_number": DECLINED}, timeout=30)
    refused_once = box.lahza.get("/transaction/timeline/order-1").json()
    box.advance("7s")
    requests.post(url, data=CARD, timeout=30)
    one = box.lahza.get("/transaction/verify/order-1").json()["data"]

    assert refused_once["message"] == "Timeline retrieved"
    assert (refused_once["data"]["success"], refused_once["data"]["errors"]) == (False, 1)
    assert [(line["type"], line["time"]) for line in one["log"]["history"]] == [
        ("action", 5),
        ("error", 5),
        ("action", 12),
        ("success", 12),
    ]
    assert one["log"] == {
        "start_time": 1778673042,
        "time_spent": 12,
        "attempts": 2,
        "errors": 1,
        "success": True,
        "mobile": False,
        "input": [],
        "history": one["log"]["history"],
    }
    for name in ("order-1", one["id"]):
        timeline = box.lahza.get(f"/transaction/timeline/{name}").json()
        assert timeline["data"] == one["log"]
    unknown = box.lahza.get("/transaction/timeline/nobody")
    assert seen(unknown) == refused(404, "Transaction not found")
