"""What a story tells, and in which order."""

from typing import Any

import pytest

from sandbox.admin.story import MOST_EVENTS, USUAL_LIMIT
from sandbox.engine.chronicle import MOST, Chronicle, Moved
from sandbox.settings import Settings
from tests.conftest import NOW
from tests.kit import Box, frozen, serving
from tests.receiver import Receiver
from tests.story.calls import brief, said, story, told
from tests.webhooks.calls import address


def refund(box: Box, transaction: object, amount: int = 1000) -> int:
    """A Lahza refund's id."""
    return int(box.lahza_refund(transaction, amount=amount).json()["data"]["id"])


def test_a_refund_of_lahzas_is_told_from_its_payment_to_its_last_webhook(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    receiver.answers(500)
    transaction = box.transaction(amount=5000)
    number = refund(box, transaction)
    box.lahza_status(number)
    box.advance("1h")
    box.on("webhook-lost", event="refund.processed")
    box.advance("3d")
    box.off("webhook-lost")

    assert told(box) == [
        f"bank > lahza: transaction {transaction} success, 5000 ILS",
        "lahza > endpoint: charge.success → 500 · try 1 of 77",
        "app > lahza: POST /refund → 200",
        f"lahza: refund {number} pending, 1000 ILS",
        "lahza > endpoint: refund.pending → 200",
        f"app > lahza: GET /refund/{number} → 200",
        "world: the clock is moved on by 1 h",
        "lahza > endpoint: charge.success → 200 · try 2 of 77",
        f"bank > lahza: refund {number} pending → processing, 1000 ILS",
        "lahza > endpoint: refund.processing → 200",
        "world: scenario webhook-lost on (event=refund.processed)",
        "world: the clock is moved on by 3 d",
        f"bank > lahza: refund {number} processing → processed, 1000 ILS",
        "lahza > endpoint: refund.processed · lost",
        "world: scenario webhook-lost off",
    ]
    events = story(box)["events"]
    assert [e["at"] for e in events] == sorted(e["at"] for e in events)
    assert [(e["from"], e["to"], e["subject"]) for e in events if e["type"] == "state"] == [
        (None, "success", str(transaction)),
        (None, "pending", str(number)),
        ("pending", "processing", str(number)),
        ("processing", "processed", str(number)),
    ]
    assert [e["text"] for e in events if e["broken"]] == ["refund.processed"]


def test_a_refund_of_leans_is_made_though_its_answer_is_lost(box: Box, receiver: Receiver) -> None:
    address(box, "lean", receiver, events=["payment.created", "payment.updated"])
    payment = box.payment(amount=80)
    box.on("answer-lost", times=1)
    box.on("webhook-duplicated", times=1)
    box.on("webhook-late", after="2h", times=1)
    assert box.lean_refund(payment, 12.5, status="APPROVED").status_code == 504
    (row,) = box.admin.get("/refunds", params={"provider": "lean", "limit": 1}).json()["refunds"]
    box.on("webhook-bad-signature", times=1)
    box.lean_refund(payment, 500)
    box.advance("1m")
    box.advance("3h")

    refunded, paid = brief(row["id"]), brief(payment)
    (payout,) = {event["subject"] for event in story(box)["events"]} - {row["id"], payment, None}
    assert told(box) == [
        f"bank > lean: payment {paid} ACCEPTED_BY_BANK, 80 AED",
        f"bank > lean: reconciliation {paid} RECONCILED, 80 AED",
        "lean > endpoint: payment.created → 200",
        "world: scenario answer-lost on (times=1)",
        "world: scenario webhook-duplicated on (times=1)",
        "world: scenario webhook-late on (after=2h, times=1)",
        "app > lean: POST /payouts/refunds → 504 · its answer lost by scenario answer-lost",
        f"lean: refund {refunded} APPROVED, 12.5 AED",
        "world: scenario webhook-bad-signature on (times=1)",
        "app > lean: POST /payouts/refunds → 400"
        " · The total refund amount cannot exceed the original payment",
        "world: the clock is moved on by 1 min",
        f"bank > lean: refund {refunded} APPROVED → PENDING_WITH_BANK, 12.5 AED",
        "lean > endpoint: payment.updated → 200 · bad signature",
        "world: the clock is moved on by 3 h",
        f"bank > lean: refund {refunded} PENDING_WITH_BANK → ACCEPTED_BY_BANK, 12.5 AED",
        "lean > endpoint: payment.updated → 200",
        f"bank > lean: payout {brief(payout)} ACCEPTED_BY_BANK → PROCESSED, 12.5 AED",
        "lean > endpoint: payment.updated → 200",
        "lean > endpoint: payment.created → 200 · 2 h late",
        "lean > endpoint: payment.created → 200 · doubled · 2 h late",
    ]


@pytest.mark.scripted
def test_an_answer_says_which_scenario_made_it_broke_it_off_or_changed_what_it_saw(
    box: Box,
) -> None:
    payment = box.payment()
    box.on("unreconciled-payment")
    box.lean_refund(payment)
    box.off("unreconciled-payment")
    box.lahza.get("/refund", scenario="provider-down")
    box.on("answer-lost", how="cut", method="GET", path="/refund")
    with pytest.raises(OSError, match=r"closed|aborted"):
        box.lahza.get("/refund")

    assert [line for line in told(box) if line.startswith("app")] == [
        "app > lean: POST /payouts/refunds → 403 · scenario unreconciled-payment"
        " · payment not reconciled",
        "app > lahza: GET /refund → 503 · answered by scenario provider-down",
        "app > lahza: GET /refund → cut · its answer lost by scenario answer-lost",
    ]


def test_a_scenario_is_told_of_where_it_decides_what_comes_next(box: Box) -> None:
    box.on("refund-fails")
    number = refund(box, box.transaction())
    box.admin.post("/clock/advance", {"until": "idle"})
    box.admin.put("/clock", {"mode": "realtime", "rate": 60})
    box.admin.put("/clock", {"mode": "frozen"})

    assert told(box, limit=5) == [
        f"bank > lahza: refund {number} pending → processing, 1000 ILS",
        f"lahza: scenario refund-fails acts on refund {number}",
        f"bank > lahza: refund {number} processing → failed, 1000 ILS",
        "world: the clock runs, 60 times as fast",
        "world: the clock stands",
    ]


def test_a_scenario_that_changes_what_time_brings_is_told_of(box: Box) -> None:
    box.on("deposit-amount-differs")
    payment = box.payment(reconcile_after="1h")
    box.advance("2h")
    assert told(box, payment)[-1] == (
        f"lean: scenario deposit-amount-differs acts on payment {brief(payment)}"
    )


def test_what_plays_the_payer_or_the_bank_leads_from_their_lane(box: Box) -> None:
    payment = box.payment(reconciliation="OUTSTANDING")
    box.admin.post("/lean/deposits", {"payment_id": payment})
    order = box.lahza.post("/transaction/initialize", {"email": "a@b.ps", "amount": "5000"}).json()
    code = order["data"]["access_code"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    card = b"card_number=4111111111111111&expiry=03/30&cvv=004"
    box.anyone.post(f"/checkout/{code}", card, headers=form)
    number = refund(box, box.transaction())
    box.admin.post(f"/lahza/refunds/{number}/settle", {"status": "failed"})

    lines = told(box)
    for line in (
        f"bank > lean: payment {brief(payment)} ACCEPTED_BY_BANK, 100 AED",
        f"bank > lean: reconciliation {brief(payment)} OUTSTANDING → RECONCILED, 100 AED",
        "app > lahza: POST /transaction/initialize → 200",
        f"bank > lahza: POST /checkout/{code} → 200",
        f"bank > lahza: refund {number} pending → failed, 1000 ILS",
    ):
        assert line in lines
    assert any(line.endswith("abandoned → success, 5000 ILS") for line in lines)


def test_only_lanes_that_are_used_are_there(box: Box) -> None:
    assert story(box)["lanes"] == []
    box.lahza.get("/refund")
    assert [lane["name"] for lane in story(box)["lanes"]] == ["Your app", "Lahza"]
    box.payment()
    names = ["Your app", "Lean", "Lahza", "Payers and banks"]
    assert [lane["name"] for lane in story(box)["lanes"]] == names


def test_a_webhook_that_waits_is_told_of_and_one_without_an_address_is_not(
    box: Box, receiver: Receiver
) -> None:
    box.transaction()
    assert not any("endpoint" in line for line in told(box))
    address(box, "lahza", receiver)
    box.on("webhook-late", after="2d")
    refund(box, "fixture-success")
    assert told(box)[-1] == "lahza > endpoint: refund.pending · held back"


def test_a_webhook_that_is_given_up_or_out_of_order_is_marked(box: Box, receiver: Receiver) -> None:
    address(box, "lean", receiver, events=["payment.created"])
    receiver.answers(*[503] * 7)
    box.payment()
    box.advance("4h")
    tries = [line for line in told(box) if "endpoint" in line]
    assert tries[0] == "lean > endpoint: payment.created → 503 · try 1 of 7"
    assert tries[6:] == ["lean > endpoint: payment.created → 503 · try 7 of 7 · given up"]
    address(box, "lahza", receiver)
    box.on("webhooks-out-of-order")
    refund(box, "fixture-success")
    box.advance("3d")
    assert "lahza > endpoint: refund.pending → 200 · out of order" in told(box)


# Of one payment, or one refund -------------------------------------------------------------------


def lines_of(box: Box, subject: object) -> list[str]:
    """The requests and the states of a subject's story."""
    events = story(box, subject)["events"]
    return [said(event) for event in events if event["type"] in ("request", "state")]


def test_a_refunds_story_has_its_payments_events_and_not_those_of_other_refunds(box: Box) -> None:
    transaction = box.transaction(amount=5000, reference="order-7")
    mine, other = refund(box, transaction), refund(box, transaction, 2000)
    box.lahza_status(mine)
    box.lahza_status(other)
    box.lahza.get("/transaction/verify/order-7")
    stranger = refund(box, box.transaction(amount=7000))
    box.lahza_refund(transaction, amount=9000)
    box.advance("1h")

    of_mine = [
        f"bank > lahza: transaction {transaction} success, 5000 ILS",
        "app > lahza: POST /refund → 200",
        f"lahza: refund {mine} pending, 1000 ILS",
        f"app > lahza: GET /refund/{mine} → 200",
        "app > lahza: GET /transaction/verify/order-7 → 200",
        "app > lahza: POST /refund → 400 · Refund amount cannot be more than transaction amount",
        f"bank > lahza: refund {mine} pending → processing, 1000 ILS",
    ]
    assert [line.split(" · ")[0] for line in lines_of(box, mine)] == [
        line.split(" · ")[0] for line in of_mine
    ]
    whole = lines_of(box, transaction)
    assert lines_of(box, "order-7") == whole
    assert f"app > lahza: GET /refund/{other} → 200" in whole
    assert not any(str(stranger) in line for line in whole)


def test_a_subject_of_leans_is_meant_by_its_id_or_any_reference(box: Box) -> None:
    payment = box.payment(amount=80)
    made = box.lean_refund(payment, 10, external_reference="shop-1").json()[0]["refund_id"]
    box.lean_refund(box.payment(amount=90), 20)
    box.lean_status(made)

    of_it = lines_of(box, made)
    assert of_it == [
        f"bank > lean: payment {brief(payment)} ACCEPTED_BY_BANK, 80 AED",
        f"bank > lean: reconciliation {brief(payment)} RECONCILED, 80 AED",
        "app > lean: POST /payouts/refunds → 201",
        f"lean: refund {brief(made)} CREATED, 10 AED",
        f"app > lean: GET /payouts/refunds/{made} → 200",
    ]
    for subject in (made.upper(), "shop-1", payment):
        assert lines_of(box, subject) == of_it


def test_a_subjects_story_has_its_webhooks_and_its_scenarios(box: Box, receiver: Receiver) -> None:
    address(box, "lahza", receiver)
    box.on("webhook-duplicated")
    box.on("refund-fails")
    box.off("webhook-duplicated")
    mine = refund(box, box.transaction())
    other = refund(box, box.transaction())
    box.advance("1h")
    box.on("over-refund")

    assert told(box, mine)[0] == "world: scenario refund-fails on"
    assert told(box, mine)[-4:] == [
        "world: the clock is moved on by 1 h",
        f"bank > lahza: refund {mine} pending → processing, 1000 ILS",
        "lahza > endpoint: refund.processing → 200",
        f"lahza: scenario refund-fails acts on refund {mine}",
    ]
    assert not any(str(other) in line for line in told(box, mine))


def test_an_unknown_subject_is_refused(box: Box) -> None:
    for name in ("svg", "mmd", "json"):
        answer = box.admin.get(f"/story.{name}", params={"subject": "nobody"})
        assert answer.status_code == 404
        assert answer.json()["detail"] == "there is no payment and no refund nobody"


# What is kept ------------------------------------------------------------------------------------


def test_a_story_belongs_to_its_world_and_ends_with_it(box: Box) -> None:
    box.admin.put("/snapshots/before")
    number = refund(box, box.transaction())
    here = told(box)
    assert box.anyone.get("/w/nothing-happened-here/_sandbox/story.json").json()["events"] == []
    box.admin.put("/snapshots/after")
    box.admin.post("/snapshots/before/restore")
    assert told(box) == []
    box.admin.post("/snapshots/after/restore")
    box.lahza_status(number)
    assert told(box) == [*here, f"app > lahza: GET /refund/{number} → 200"]
    box.admin.post("/reset", {"mode": "frozen", "now": NOW})
    assert told(box) == []


def test_the_newest_events_are_kept_and_the_others_counted(box: Box) -> None:
    transaction = box.transaction()
    for _ in range(3):
        refund(box, transaction, 100)
    whole = story(box)
    assert whole["left_out"] == whole["dropped"] == 0
    part = story(box, limit=2)
    assert part["events"] == whole["events"][-2:]
    assert part["left_out"] == len(whole["events"]) - 2 == 5
    for name in ("svg", "mmd"):
        text = box.admin.get(f"/story.{name}", params={"limit": 6}).text
        assert "1 earlier event is left out" in text
    assert USUAL_LIMIT < MOST_EVENTS
    assert box.admin.get("/story.json", params={"limit": MOST_EVENTS}).status_code == 200
    assert box.admin.get("/story.json", params={"limit": MOST_EVENTS + 1}).status_code == 400


def test_requests_that_are_forgotten_are_counted_as_dropped(box: Box) -> None:
    for _ in range(1001):
        box.lahza.get("/refund")
    assert story(box)["dropped"] == 1
    assert len(told(box)) == USUAL_LIMIT


def test_of_changes_the_latest_are_kept() -> None:
    chronicle = Chronicle()
    for at in range(MOST + 3):
        chronicle.note(Moved(at, None))
    kept = [noted.change.at for noted in chronicle]
    assert (len(kept), kept[0], kept[-1], chronicle.dropped) == (MOST, 3, MOST + 2, 3)


def test_a_client_that_pulls_on_the_way_moves_the_clock_once(box: Box) -> None:
    box.admin.put("/webhooks/lahza", {"url": "pull:"})
    number = refund(box, "fixture-success")
    left: dict[str, Any] | None = {"by": "3d"}
    while left is not None:
        while (
            pulled := box.admin.post("/webhooks/deliveries/pull").json()["delivery"]
        ) is not None:
            box.admin.post(f"/webhooks/deliveries/{pulled['id']}/answer", {"status": 200})
        left = box.admin.post("/clock/advance", {**left, "pull": True}).json()["left"]
    moves = [line for line in told(box, number) if "clock" in line]
    assert moves == ["world: the clock is moved on by 3 d"]


def test_no_credential_stands_in_a_story(box: Box) -> None:
    box.lahza.post("/refund", {"transaction": "x", "cvv": "137"}, headers={"X": "y"})
    box.anyone.get("/refund?key=sk_test_hidden_1", headers={"Authorization": "Bearer sk_test_kit"})
    for name in ("svg", "mmd", "json"):
        text = box.admin.get(f"/story.{name}").text
        assert "sk_test_hidden" not in text
        assert "sk_test_kit" not in text
        assert "137" not in text


def test_a_story_wants_the_admin_token_where_there_is_one() -> None:
    with serving(Settings(admin_token="letmein")) as box:
        assert box.admin.get("/story.svg").status_code == 401
        headers = {"Authorization": "Bearer letmein"}
        assert box.admin.get("/story.svg", headers=headers).status_code == 200


def test_a_running_worlds_events_have_their_true_moments() -> None:
    with serving(frozen("2027-01-01T09:00:00Z")) as box:
        number = refund(box, box.transaction())
        box.admin.put("/clock", {"now": "2027-01-01T10:30:00Z"})
        at = [e["at"] for e in story(box, number)["events"] if e["to"] == "processing"]
        assert at == ["2027-01-01T10:00:00.000000Z"]
