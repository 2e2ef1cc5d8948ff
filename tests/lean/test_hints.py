"""What the sandbox says of mistakes with Lean's calls, and that it is silent on others."""

from typing import Any

import pytest
import requests

from tests.kit import LEAN, Box
from tests.lean.calls import NOBODY, PAYER

REFUNDS = "/payouts/refunds"


def hint(answer: requests.Response) -> str | None:
    return answer.headers.get("Sandbox-Hint")


def token(box: Box, scope: str) -> dict[str, str]:
    form = f"client_id=a&client_secret=b&grant_type=client_credentials&scope={scope}".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = box.anyone.post("/oauth2/token", form, headers=kind)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (
            {},
            "no credentials came: send lean-app-token, or Authorization: Bearer with a token of "
            "POST /oauth2/token",
        ),
        ({"Authorization": "eyJh"}, "Authorization wants the word Bearer before the token"),
        ({"Authorization": "Bearer eyJh"}, None),
    ],
)
def test_credentials_that_are_refused_are_told_why(
    box: Box, headers: dict[str, str], said: str | None
) -> None:
    answer = box.anyone.get(REFUNDS, headers=headers)
    assert (answer.status_code, hint(answer)) == (401, said)


def test_a_client_that_gets_no_token_is_told_nothing_of_tokens(box: Box) -> None:
    answer = box.anyone.post("/oauth2/token", b"grant_type=client_credentials")
    assert hint(answer) is None


def test_a_customers_token_is_told_to_be_one_for_the_api(box: Box) -> None:
    said = "this token is for one customer: ask POST /oauth2/token for one with scope=api"
    answer = box.anyone.get(REFUNDS, headers=token(box, f"customer.{PAYER}"))
    assert (answer.status_code, hint(answer)) == (403, said)

    box.on("missing-permission")
    for scope in ("api", f"customer.{PAYER}"):
        answer = box.anyone.get("/banks/v1", headers=token(box, scope))
        assert (answer.status_code, hint(answer)) == (403, None)


@pytest.mark.parametrize(
    ("before", "amount", "said"),
    [
        (None, 10000, "amounts are in major units here: 100 AED, not 10000"),
        (35, 10000, "amounts are in major units here: 100 AED, not 10000"),
        (34.5, 6550, "amounts are in major units here: 65.5 AED, not 6550"),
        (None, 9999, None),
        (None, 101, None),
        (35, 100, None),
        (100, 1, None),
        (None, 1e300, None),
    ],
)
def test_an_amount_in_minor_units_is_told_what_it_is_in_major_ones(
    box: Box, before: float | None, amount: float, said: str | None
) -> None:
    payment = box.payment(amount=100)
    if before is not None:
        assert box.lean_refund(payment, before).status_code == 201
    answer = box.lean_refund(payment, amount)
    assert (answer.status_code, hint(answer)) == (400, said)


def test_an_id_of_another_world_is_found_there_and_nothing_of_it_is_told(box: Box) -> None:
    made = [box.anyone.post("/w/team-a/_sandbox/lean/payments").json()["id"] for _ in range(2)]
    item = {"payment_id": made[1], "amount": 10, "reason_code": "CUSTOMER_REQUEST"}
    there = box.lean.post(REFUNDS, [item], headers={"Sandbox-World": "team-a"}).json()

    found = "the world team-a of this server has a {} with this id, and the call went to default"
    assert hint(box.lean_refund(made[1])) == found.format("payment")
    assert hint(box.lean.get(f"/payments/v1/{made[1]}")) == found.format("payment")
    refund = there[0]["refund_id"]
    assert hint(box.lean.get(f"{REFUNDS}/{refund}")) == found.format("refund")
    assert hint(box.lean.get(f"{REFUNDS}/{made[1]}")) is None
    assert hint(box.lean_refund(NOBODY)) is None
    box.anyone.delete("/_sandbox/worlds/team-a")


# The same refund once more --------------------------------------------------------------------


def test_a_refund_that_is_made_once_more_without_a_key_is_told_to_be_another(box: Box) -> None:
    payment = box.payment()
    first = box.lean_refund(payment, 10).json()[0]["refund_id"]
    box.advance("59s")
    again = box.lean_refund(payment, 10)

    assert (again.status_code, hint(again)) == (
        201,
        f"this made another refund, 59s after {first} of the same payment and amount; if it was a "
        "retry, send both with one idempotency-key",
    )


def test_one_whose_answer_was_lost_is_told_so_too(box: Box) -> None:
    payment = box.payment()
    box.on("answer-lost", times=1)
    assert box.lean_refund(payment, 10).status_code == 504
    assert (hint(box.lean_refund(payment, 10)) or "").startswith("this made another refund, 0s")


def made(box: Box, *items: dict[str, Any], **headers: str) -> str | None:
    refunds = [{"amount": 10, "reason_code": "CUSTOMER_REQUEST", **item} for item in items]
    answer = box.lean.post(REFUNDS, refunds, headers=LEAN | headers)
    assert answer.status_code == 201, answer.text
    return hint(answer)


def test_other_refunds_are_told_nothing(box: Box) -> None:
    one, other = {"payment_id": box.payment()}, {"payment_id": box.payment()}
    key = {"idempotency-key": "key-1"}

    assert made(box, one) is None
    assert made(box, other) is None
    assert made(box, other | {"amount": 11}) is None
    assert made(box, other | {"amount": 12}, **key) is None
    assert made(box, other | {"amount": 12}, **key) is None
    box.advance("61s")
    assert made(box, other | {"amount": 12}) is None
    assert made(box, one | {"amount": 20}, one | {"amount": 20}) is None
