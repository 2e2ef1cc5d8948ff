"""Refunds by people, as Lean's guide tells of them: one initiates, another approves."""

import re
from html import unescape

import pytest

from sandbox.http.dashboard import USERS
from sandbox.lean.dashboard import arabic
from sandbox.lean.dashboard.refunds import MEANINGS
from sandbox.lean.wire import REASONS
from tests.dashboard.visiting import Visitor
from tests.kit import Box
from tests.receiver import Receiver

MAKER, APPROVER = (user.id for user in USERS)
HOSTILE = "<img src=x onerror=alert(1)>'\"&"


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def initiate(visitor: Visitor, payment: str, **typed: str) -> str:
    """The id of the refund that the form makes."""
    form = {"amount": "12.50", "reason_code": "DUPLICATED_PAYMENT", "external_reference": "R-1"}
    led = visitor.send(f"lean/payments/{payment}/refund", **{**form, **typed})
    match = re.search(r"lean/refunds\?new=([0-9a-f-]{36})$", led.url)
    assert match is not None, led.text
    return match[1]


def status_on(page: str) -> str:
    """The status in a page's heading."""
    match = re.search(r'<h1>[^\n]*<span class="status \w+">(\w+)</span></h1>', page)
    assert match is not None, page
    return match[1]


def test_a_maker_initiates_and_an_approver_lets_go(box: Box, visitor: Visitor) -> None:
    payment = box.payment(amount=100)
    refund_id = initiate(visitor, payment)
    refund = box.lean.get(f"/payouts/refunds/{refund_id}").json()

    assert (refund["status"], refund["amount"]) == ("CREATED", 12.5)
    assert (refund["created_by"], refund["actioned_by"]) == (MAKER, None)
    assert (refund["reason_code"], refund["external_reference"]) == ("DUPLICATED_PAYMENT", "R-1")
    visitor.send("choose", user=APPROVER)
    led = visitor.send(f"lean/refunds/{refund_id}", status="CONFIRMED")
    assert status_on(led.text) == "CONFIRMED"
    refund = box.lean.get(f"/payouts/refunds/{refund_id}").json()
    assert (refund["status"], refund["created_by"]) == ("CONFIRMED", MAKER)
    assert refund["actioned_by"] == APPROVER
    for by, status in (("30s", "PENDING_WITH_BANK"), ("5m", "ACCEPTED_BY_BANK")):
        box.advance(by)
        assert status_on(visitor.see(f"lean/refunds/{refund_id}")) == status
    page = visitor.see(f"lean/refunds/{refund_id}")
    moments = re.findall(r'<li><span><time datetime="([^"]*)"', page)
    times = ["11:50:42", "11:50:42", "11:51:12", "11:56:12"]
    assert moments == [f"2026-05-13T{time}Z" for time in times]
    assert "payment.updated" in page


def test_a_refund_that_is_rejected_counts_no_longer(box: Box, visitor: Visitor) -> None:
    payment = box.payment(amount=20)
    refund_id = initiate(visitor, payment, amount="20")
    box.advance("2h")
    assert "Nothing left" in visitor.see(f"lean/payments/{payment}")
    led = visitor.send(f"lean/refunds/{refund_id}", status="REJECTED")

    assert status_on(led.text) == "REJECTED"
    assert 'value="CONFIRMED"' not in led.text
    assert "2026-05-13T13:50:42Z" in led.text.partition('class="timeline"')[2].partition("</ol>")[0]
    assert box.lean.get(f"/payouts/refunds/{refund_id}").json()["actioned_by"] == MAKER
    assert "Nothing left" not in visitor.see(f"lean/payments/{payment}")


def refusal_beside(page: str, field: str) -> str:
    """What stands beside a field of a form."""
    match = re.search(rf'<p class="wrong" id="{field}-wrong"><bdi>(.*?)</bdi>', page)
    assert match is not None, page
    return unescape(match[1])


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("50.01", 50.01),
        ("0", 0),
        ("-3", -3),
        ("1.234", 1.234),
        ("abc", "abc"),
        ("12,50", "12,50"),
        ("", None),
        ("1" + "0" * 25, 10**25),
    ],
)
def test_a_refused_amount_is_refused_in_the_words_of_the_api(
    box: Box, visitor: Visitor, typed: str, sent: object
) -> None:
    payment = box.payment(amount=50)
    refused = visitor.send(
        f"lean/payments/{payment}/refund",
        amount=typed,
        reason_code="FRAUDULENT_PAYMENT",
        external_reference=HOSTILE,
    )
    said = box.lean_refund(payment, sent)

    assert refused.status_code == said.status_code == 400
    assert refusal_beside(refused.text, "amount") == said.json()["message"]
    assert f'value="{typed}"' in refused.text
    assert 'value="FRAUDULENT_PAYMENT" selected' in refused.text
    assert HOSTILE not in refused.text
    assert HOSTILE in unescape(refused.text)
    assert box.lean.get("/payouts/refunds").json()["content"][0]["payment_id"] != payment


def test_what_is_wrong_with_no_field_stands_above_the_form(box: Box, visitor: Visitor) -> None:
    payment = box.payment(reconciliation="OUTSTANDING")
    refused = visitor.send(f"lean/payments/{payment}/refund", amount="1", reason_code="x")
    assert "x" in refusal_beside(refused.text, "reason_code")
    refused = visitor.send(
        f"lean/payments/{payment}/refund", amount="1", reason_code="CUSTOMER_REQUEST"
    )

    assert refused.status_code == 403
    assert "Operation Not Allowed, payment not reconciled" in refused.text


def test_only_what_is_reconciled_and_not_all_refunded_has_a_button(
    box: Box, visitor: Visitor
) -> None:
    ready, waiting = box.payment(), box.payment(reconciliation="OUTSTANDING")
    spent, failed = box.payment(), box.payment(status="FAILED")
    box.lean_refund(spent, 100)
    page = visitor.see("lean/payments")

    assert f'action="/_sandbox/dashboard/lean/payments/{ready}/refund"' in page
    for payment, why_not in (
        (waiting, "Not reconciled"),
        (spent, "Nothing left"),
        (failed, "Not paid"),
    ):
        row = page.partition(f'id="p-{payment}"')[2].partition("</tr>")[0]
        assert why_not in row
        assert "<button" not in row


def test_with_four_eyes_its_maker_may_not_approve(box: Box, visitor: Visitor) -> None:
    box.admin.patch("/settings", {"lean": {"four_eyes": True}})
    refund_id = initiate(visitor, box.payment())
    assert "Four eyes" in visitor.see(f"lean/refunds/{refund_id}")
    refused = visitor.send(f"lean/refunds/{refund_id}", status="CONFIRMED")

    assert refused.status_code == 403
    assert "the user who created a refund cannot approve it" in refused.text
    assert box.lean_status(refund_id) == "CREATED"
    visitor.send("choose", user=APPROVER)
    assert "Four eyes" not in visitor.see(f"lean/refunds/{refund_id}")
    visitor.send(f"lean/refunds/{refund_id}", status="CONFIRMED")
    assert box.lean_status(refund_id) == "CONFIRMED"


def test_four_eyes_let_its_maker_reject_and_do_not_concern_the_api(
    box: Box, visitor: Visitor
) -> None:
    box.admin.patch("/settings", {"lean": {"four_eyes": True}})
    refund_id = initiate(visitor, box.payment())
    visitor.send(f"lean/refunds/{refund_id}", status="REJECTED")
    assert box.lean_status(refund_id) == "REJECTED"
    refund_id = box.lean_refund(box.payment()).json()[0]["refund_id"]
    approval = [{"refund_id": refund_id, "status": "APPROVED"}]

    assert box.lean.put("/payouts/refunds", approval).status_code == 200


def test_a_refund_that_somebody_else_has_decided_says_so(box: Box, visitor: Visitor) -> None:
    refund_id = initiate(visitor, box.payment())
    box.lean.put("/payouts/refunds", [{"refund_id": refund_id, "status": "REJECTED"}])
    refused = visitor.send(f"lean/refunds/{refund_id}", status="CONFIRMED")

    assert refused.status_code == 403
    assert "refund already actioned" in refused.text
    assert visitor.send(f"lean/refunds/{refund_id}", status="PAID").status_code == 400


def test_lists_are_filtered_and_have_pages(box: Box, visitor: Visitor) -> None:
    box.admin.post("/seed", {"payments": 120})
    first, last = visitor.see("lean/payments"), visitor.see("lean/payments?page=99")
    found = r'class="whole id" id="p-([0-9a-f-]*)"'
    ledger = box.admin.get("/payments?limit=1000&provider=lean").json()
    total = len(ledger["payments"])
    assert f"1 to 50 of {total}" in first
    assert f"to {total} of {total}" in last
    assert len(re.findall(found, first)) == 50
    one = re.findall(found, first)[7]
    assert re.findall(found, visitor.see(f"lean/payments?search={one}")) == [one]
    failed = visitor.see("lean/payments?status=FAILED&reconciliation=")
    assert "FAILED</span>" in failed
    assert "ACCEPTED_BY_BANK</span>" not in failed
    assert "Nothing matches" in visitor.see("lean/refunds?search=nobody-has-that")
    assert "CREATED</span>" in visitor.see("lean/refunds?status=CREATED")


def test_a_payout_that_waits_is_authorized(box: Box, visitor: Visitor) -> None:
    found = visitor.see(f"lean/payouts?search={waiting_payout(box)}")
    (payout_id,) = re.findall(r'href="[^"]*/lean/payouts/([0-9a-f-]{36})"', found)
    assert "Authorize" in visitor.see(f"lean/payouts/{payout_id}")
    led = visitor.send(f"lean/payouts/{payout_id}")
    assert status_on(led.text) == "PENDING_WITH_BANK"
    assert "Authorize<" not in led.text
    assert visitor.send(f"lean/payouts/{payout_id}").status_code == 409
    box.advance("1m")

    page = visitor.see(f"lean/payouts/{payout_id}")
    assert "PROCESSED" in page
    assert "ACCEPTED_BY_BANK" in visitor.see("lean/payouts?status=ACCEPTED_BY_BANK")


def test_what_an_authorization_tells_goes_out_as_that_of_a_settlement_does(
    box: Box, visitor: Visitor, receiver: Receiver
) -> None:
    box.admin.put("/webhooks/lean", {"url": receiver.url, "events": ["payment.updated"]})
    box.admin.patch("/settings", {"webhook_dispatch": "on_advance"})
    found = visitor.see(f"lean/payouts?search={waiting_payout(box)}")
    (payout_id,) = re.findall(r'href="[^"]*/lean/payouts/([0-9a-f-]{36})"', found)
    visitor.send(f"lean/payouts/{payout_id}")
    receiver.wait_for(1)

    assert receiver.bodies[0]["payload"]["status"] == "PENDING_WITH_BANK"
    assert "delivered" in visitor.see(f"lean/payouts/{payout_id}")


def waiting_payout(box: Box) -> str:
    """The id of its intent."""
    destination = {
        "name": HOSTILE,
        "iban": "AE070331234567890123456",
        "bank_identifier": "ENBD_UAE",
        "currency_iso_code": "AED",
        "country": "ARE",
        "city": "Dubai",
        "address": "1 Street",
    }
    added = box.lean.post("/payouts/v1/payment/destinations", [destination])
    assert added.status_code == 200, added.text
    to = {
        "payment_destination_id": added.json()[0]["destination_id"],
        "amount": 10,
        "description": HOSTILE,
        "authorize_payment": False,
    }
    account = "1ea00000-0000-4000-8000-00000000000a"
    details = {"payment_details": [{"account_id": account, "destination_details": [to]}]}
    made = box.lean.post("/payouts/v1/payment", details)
    assert made.status_code == 201, made.text
    return str(made.json()["payouts_payment_details"][0]["payment_intent_id"])


def test_a_customer_is_shown_with_sources_entities_and_payments(box: Box, visitor: Visitor) -> None:
    customer = box.admin.get("/fixtures").json()["lean"]["customers"]["payer"]
    assert customer["app_user_id"] in visitor.see("lean/customers?search=fixture-pay")
    page = visitor.see(f"lean/customers/{customer['id']}")
    payment = box.admin.get("/fixtures").json()["lean"]["payments"]["reconciled"]["id"]
    (source,) = box.lean.get(f"/customers/v1/{customer['id']}/payment-sources").json()

    assert payment in page
    assert source["id"] in page


def test_looking_counts_for_no_scenario(box: Box, visitor: Visitor) -> None:
    payment = box.payment()
    box.on("unreconciled-payment", payment=payment)
    assert "Not reconciled" in visitor.see(f"lean/payments/{payment}")
    assert box.admin.get("/scenarios/unreconciled-payment").json()["acted"] == 0
    visitor.send(f"lean/payments/{payment}/refund", amount="1", reason_code="CUSTOMER_REQUEST")

    assert box.admin.get("/scenarios/unreconciled-payment").json()["acted"] == 1


def test_each_state_and_reason_is_told_in_arabic_too(visitor: Visitor) -> None:
    texts = (*MEANINGS.values(), *REASONS.values())
    assert set(texts) <= arabic.TEXTS.keys()
    visitor.send("choose", language="ar")

    assert "ينتظر من يعتمده." in visitor.see("lean/refunds/1ea00000-0000-4000-b000-000000000001")


def test_what_is_not_there_is_said_to_be_missing(visitor: Visitor) -> None:
    for path in ("payments/x", "payments/x/refund", "refunds/x", "payouts/x", "customers/x"):
        assert visitor.get(f"lean/{path}").status_code == 404, path
        assert visitor.send("world/time", move="freeze").status_code == 200
