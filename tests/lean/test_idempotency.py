"""The idempotency key of `POST /payouts/refunds`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.kit import LEAN, Box


def post(box: Box, body: Any, key: str = "order-1") -> requests.Response:
    return box.lean.post("/payouts/refunds", body, headers={"idempotency-key": key})


def item(payment: str, **values: Any) -> list[dict[str, Any]]:
    base = {"payment_id": payment, "amount": 60, "reason_code": "CUSTOMER_REQUEST"}
    return [{**base, **values}]


def test_a_repeated_request_gets_the_first_answer(box: Box) -> None:
    payment = box.payment()
    first = post(box, item(payment, status="APPROVED"))
    box.advance("6m")
    reordered = b'[{"status":"APPROVED","amount":60.00,"reason_code":"CUSTOMER_REQUEST",'
    reordered += f'"payment_id":"{payment}"}}]'.encode()

    assert post(box, item(payment, status="APPROVED")).content == first.content
    assert post(box, reordered).content == first.content
    assert box.lean_refund(payment, 40).status_code == 201


def test_another_body_is_refused(box: Box) -> None:
    payment = box.payment()
    post(box, item(payment))
    answer = post(box, item(payment, amount=10))

    assert (answer.status_code, answer.json()["status"]) == (409, "DUPLICATED_REQUEST")
    assert post(box, item(payment, amount=40), key="order-2").status_code == 201


def test_a_refused_request_leaves_the_key_free(box: Box) -> None:
    payment = box.payment(reconciliation="OUTSTANDING")
    assert post(box, item(payment)).status_code == 403
    box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "RECONCILED"})

    assert post(box, item(payment)).status_code == 201


def test_a_key_is_kept_for_a_day(box: Box) -> None:
    payment = box.payment(amount=120)
    first = post(box, item(payment)).content
    box.advance("86399s")
    assert post(box, item(payment)).content == first
    box.advance("1s")

    assert post(box, item(payment)).content != first


def test_what_is_kept_of_a_key_goes_after_its_day(box: Box) -> None:
    """A snapshot keeps what it was made of."""

    def kept() -> int:
        [world] = [w for w in box.admin.get("/worlds").json()["worlds"] if w["name"] == "default"]
        return int(world["documents"])

    empty = kept()
    for n in range(3):
        assert post(box, item(box.payment()), key=f"order-{n}").status_code == 201
    each = (kept() - empty) // 3
    box.admin.put("/snapshots/full")
    box.advance("1d")
    assert post(box, item(box.payment()), key="order-9").status_code == 201

    assert kept() == empty + 4 * each - 3
    box.admin.post("/snapshots/full/restore")
    assert kept() == empty + 3 * each
    box.admin.delete("/snapshots/full")


def test_a_key_has_255_characters_at_most(box: Box) -> None:
    longest = post(box, item(box.payment()), key="k" * 255)
    longer = post(box, item(box.payment()), key="k" * 256)

    assert longest.status_code == 201
    assert (longer.status_code, longer.json()["status"]) == (400, "INVALID_PARAMETERS")
    assert "field: idempotency-key, value: kkk" in longer.json()["message"]


def test_a_lost_answer_can_be_asked_for_again(box: Box) -> None:
    payment = box.payment()
    box.on("answer-lost", times=1)
    assert post(box, item(payment)).status_code == 504
    again = post(box, item(payment))

    assert again.status_code == 201
    assert box.lean_status(again.json()[0]["refund_id"]) == "CREATED"
    assert box.lean_refund(payment, 50).status_code == 400


def test_racing_requests_with_one_key_make_one_refund(box: Box) -> None:
    body, headers = item(box.payment(amount=10_000)), {**LEAN, "idempotency-key": "race"}

    def send(_: int) -> bytes:
        return requests.post(f"{box.url}/payouts/refunds", json=body, headers=headers).content

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(send, range(32)))
    assert len(answers) == 1


def test_decisions_have_no_key(box: Box) -> None:
    refund = post(box, item(box.payment())).json()[0]["refund_id"]
    headers, decision = (
        {"idempotency-key": "order-1"},
        [{"refund_id": refund, "status": "APPROVED"}],
    )

    assert box.lean.put("/payouts/refunds", decision, headers=headers).json() == decision
    again = box.lean.put("/payouts/refunds", decision, headers=headers)
    assert (again.status_code, again.json()["status"]) == (403, "OPERATION_NOT_ALLOWED")


def test_the_first_answer_comes_whatever_has_changed_since(box: Box) -> None:
    payment = box.payment()
    first = post(box, item(payment))
    box.on("payouts-not-configured")
    box.admin.patch(f"/lean/payments/{payment}", {"reconciliation": "UNRECEIVED"})

    again = post(box, item(payment))
    assert (again.status_code, again.content) == (201, first.content)
    assert box.lean_refund(payment).status_code == 403
