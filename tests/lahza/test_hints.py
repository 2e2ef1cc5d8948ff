"""What the sandbox says of mistakes with Lahza's calls, and that it is silent on others."""

from typing import Any

import pytest
import requests

from tests.kit import Box

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BEARER = "Authorization wants the word Bearer before the key"
NO_KEY = "a secret key begins with sk_test_ or sk_live_, and something follows"


def hint(answer: requests.Response) -> str | None:
    return answer.headers.get("Sandbox-Hint")


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        ("sk_test_me", BEARER),
        ("Basic c2tfdGVzdF9tZTo=", BEARER),
        ("Bearer pk_test_me", "this is a public key: send the secret one, sk_test_..."),
        ("bearer  pk_live_me", "this is a public key: send the secret one, sk_live_..."),
        ("pk_live_me", "this is a public key: send the secret one, sk_live_..."),
        ("Bearer sk_test_", NO_KEY),
        ("Bearer me", NO_KEY),
        ("", "no key came: send Authorization: Bearer sk_test_..."),
    ],
)
def test_a_key_that_is_refused_is_told_why(box: Box, authorization: str, said: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = box.anyone.get("/refund", headers=headers)
    assert (answer.status_code, hint(answer)) == (401, said)
    [entry] = box.admin.get("/requests").json()["requests"]
    assert entry["hint"] == said


def test_a_good_key_that_a_scenario_refuses_is_told_nothing(box: Box) -> None:
    box.admin.post(
        "/scenarios", {"name": "no", "script": [{"on": "request", "fail": "unauthorized"}]}
    )
    assert hint(box.lahza.get("/refund", scenario="no")) is None


def test_json_that_is_sent_as_a_form_is_told_so(box: Box) -> None:
    def post(body: bytes, **headers: str) -> requests.Response:
        return box.lahza.post("/refund", body, headers=headers)

    answer = post(b'{"transaction": "fixture-success"}', **FORM)
    assert answer.json()["message"] == "Transaction is required"
    assert hint(answer) == (
        "the body is JSON, and Content-Type says that it is a form: send Content-Type: "
        "application/json"
    )
    assert hint(post(b"amount=5", **FORM)) is None
    assert hint(post(b"{}", **{"Content-Type": "application/json"})) is None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/refund", {"transaction": "fixture-success"}),
        ("/transaction/initialize", {"email": "a@example.com"}),
    ],
)
@pytest.mark.parametrize(
    ("amount", "meant"),
    [
        (25.5, "2550, not 25.5"),
        ("25.50", "2550, not 25.50"),
        (0.01, "1, not 0.01"),
        (25.505, None),
        ("25,50", None),
        (-2.5, None),
        (0, None),
        ("NaN", None),
        ("1e999999999", None),
        (True, None),
        ([2.5], None),
    ],
)
def test_an_amount_with_a_fraction_is_told_what_it_is_in_minor_units(
    box: Box, path: str, body: dict[str, Any], amount: object, meant: str | None
) -> None:
    answer = box.lahza.post(path, {**body, "amount": amount})
    assert answer.status_code == 400
    assert hint(answer) == (meant and f"amounts are in minor units here: {meant}")


def test_a_number_beyond_all_bounds_is_told_nothing(
    box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    body = b'{"transaction": "fixture-success", "amount": 1e9999999999999999999}'
    answer = box.lahza.post("/refund", body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, hint(answer), caplog.messages) == (400, None, [])


def test_a_form_is_told_likewise(box: Box) -> None:
    answer = box.lahza.post("/refund", b"transaction=fixture-success&amount=2.5", headers=FORM)
    assert hint(answer) == "amounts are in minor units here: 250, not 2.5"


OTHER_DOMAIN = (
    "the live domain has such a {}, and the key is of the test one: call with an sk_live_ key"
)


def test_what_is_in_the_other_domain_is_found_there(box: Box) -> None:
    number = box.transaction(domain="live", reference="order-1")
    refund = box.live.post("/refund", {"transaction": number, "amount": 100}).json()["data"]["id"]

    for answer in (
        box.lahza_refund("order-1"),
        box.lahza_refund(number, amount=100),
        box.lahza.post("/refund", b"transaction=order-1", headers=FORM),
        box.lahza.get("/transaction/verify/order-1"),
        box.lahza.get(f"/transaction/{number}"),
        box.lahza.get("/transaction/timeline/order-1"),
        box.lahza.get("/refund/order-1"),
    ):
        assert answer.status_code in (400, 404)
        assert hint(answer) == OTHER_DOMAIN.format("transaction")
    assert hint(box.lahza.get(f"/refund/{refund}")) == OTHER_DOMAIN.format("refund")
    assert hint(box.lahza_refund("order-2")) is None


def test_what_is_in_both_domains_is_not_missed_in_one(box: Box) -> None:
    box.transaction(domain="live", reference="order-1")
    box.transaction(reference="order-1")
    assert box.lahza.get("/refund/order-1").status_code == 404
    assert hint(box.lahza.get("/refund/order-1")) is None


def test_what_is_in_another_world_is_found_there_and_nothing_of_it_is_told(box: Box) -> None:
    there = {"reference": "order-7", "email": "a@example.com"}
    box.anyone.post("/w/team-a/_sandbox/lahza/transactions", there)
    said = "the world team-a of this server has it, and the call went to default"

    assert hint(box.lahza_refund("order-7")) == said
    assert hint(box.lahza.get("/transaction/verify/order-7")) == said
    assert hint(box.anyone.get("/refund/order-7")) != said
    assert hint(box.lahza_refund("order-8")) is None
    box.anyone.delete("/_sandbox/worlds/team-a")
    assert hint(box.lahza_refund("order-7")) is None
