"""What Lean's wire examples alone do not say of the sandbox."""

import json

import pytest

from sandbox.lean.refunds import REFUNDS
from tests.kit import Box
from tests.wire.stories import EXAMPLES, Story, read, written

LEAN = EXAMPLES["lean"]
CREATED = LEAN["A refund is created"]


def test_a_recorded_refund_is_as_long_as_it_was() -> None:
    assert len(written(read(CREATED.body or ""))) == 429


def test_an_error_of_the_servers_own(lean: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    example = LEAN["Lean's own failure"]
    lean.begin(example.name)
    lean.box.may_be_scripted(True)  # no document describes a failure of the sandbox's own
    monkeypatch.setattr(REFUNDS, "page", lambda *_: 1 / 0)
    answer = lean.ask(example)

    assert answer.status_code == example.status
    lean.compare(example, answer.text)


def test_an_error_of_the_guide_has_the_keys_of_a_recorded_one(lean: Story) -> None:
    guide, recorded = LEAN["Payouts are not configured"], LEAN["A wrong value in a body"]
    answer = lean.begin(guide.name).tell(guide.name)

    assert answer is not None
    said = {**recorded.value, **guide.value}
    assert list(said) == list(recorded.value)
    assert answer.text == written(said)


@pytest.mark.parametrize("where", ["payouts/refunds", "payments/v1", "reconciliation/v1/payments"])
def test_the_recorded_validation_error_names_the_field_of_any_path(box: Box, where: str) -> None:
    field = "refund_id" if where == "payouts/refunds" else "payment_id"
    answer = box.lean.get(f"/{where}/abc")
    recorded = LEAN["A wrong value in a path"].body or ""
    said = {
        **read(recorded.replace("entity_id", field)),
        "timestamp": "2026-05-13T11:50:42.625199Z",
    }

    assert (answer.status_code, answer.text) == (400, written(said))


def test_the_guides_refund_is_of_what_it_says(lean: Story) -> None:
    """The money returns to the account that paid, so the guide's name and IBAN do not."""
    guide = LEAN["A refund, as the guide asks for it"]
    answer = lean.begin(guide.name).tell(guide.name)

    assert answer is not None
    [refund], [sent] = answer.json(), guide.sent_value
    for name in ("amount", "currency", "reason_code", "description", "external_reference"):
        assert refund[name] == sent[name]
    assert refund["beneficiary"]["city"] == "Dubai"
    assert refund["beneficiary"]["iban"] != sent["beneficiary"]["iban"]


def test_the_guides_update_confirms_and_its_list_finds_it(lean: Story) -> None:
    update, confirmed = (
        LEAN["A refund is confirmed, as the guide asks for it"],
        LEAN["The confirmed refunds"],
    )
    lean.begin(update.name).prepare(update.name)
    answer = lean.ask(update)
    listed = lean.ask(confirmed).json()["content"]

    assert (answer.status_code, answer.text) == (
        200,
        lean.as_known(written(read(update.sent_text or ""))),
    )
    [wanted] = answer.json()
    assert [{key: listed[0][key] for key in wanted}] == answer.json()


def test_correlation_ids_are_of_small_and_capital_letters(box: Box) -> None:
    ids = [box.lean.get("/banks/v1").headers["lean-correlation-id"] for _ in range(2)]

    assert not "".join(ids).islower()
    assert not "".join(ids).isupper()


@pytest.mark.parametrize(
    ("sent", "printed"),
    [("35.00", "35"), ("15.30", "15.3"), ("15.34", "15.34"), ("0.01", "0.01"), ("1e1", "10")],
)
def test_amounts_print_without_trailing_zeros(box: Box, sent: str, printed: str) -> None:
    body = json.dumps([{**CREATED.sent_value[0], "payment_id": box.payment(), "amount": 0}])
    answer = box.lean.post("/payouts/refunds", body.replace(": 0", f": {sent}").encode())
    paid = box.payment(amount=json.loads(sent))
    told = Story(box, "lean").sent_out("payment.reconciliation.updated")

    assert f'"amount":{printed},' in answer.text
    assert f'"payload":{{"amount":{printed},"status":"RECONCILED",' in told
    assert f'"payment_id":"{paid}"' in told


@pytest.mark.parametrize(
    "now", ["2026-05-13T11:50:42Z", "2026-05-13T11:50:42.600Z", "2026-05-13T11:50:42.600100Z"]
)
def test_moments_print_as_javas_instants(box: Box, now: str) -> None:
    box.admin.post("/reset", {"mode": "frozen", "now": now})
    answer = box.lean.get("/payouts/refunds/abc")

    assert answer.text.startswith(f'{{"timestamp":"{now}",')


def test_a_made_up_payment_has_a_reference_of_the_bank(box: Box) -> None:
    payment = box.lean.get(f"/payments/v1/{box.payment()}").json()

    assert payment["bank_transaction_reference"].startswith("WD")


def test_the_iban_of_a_payouts_account_ends_with_its_number(lean: Story) -> None:
    answer = lean.begin("A payout is created").tell("A payout is created")

    assert answer is not None
    [detail] = answer.json()["payouts_payment_details"]
    assert detail["iban"][4:] == "035" + detail["account_number"]


def test_the_webhooks_of_a_payment_come_in_this_order(lean: Story) -> None:
    name = "A payment has changed (webhook)"
    lean.begin(name).tell(name)
    deliveries = lean.box.admin.get("/webhooks/deliveries").json()["deliveries"]

    assert [delivery["body"]["type"] for delivery in deliveries] == [
        "payment_intent.created",
        "payment_source.created",
        "payment_source.beneficiary.created",
        "payment.created",
        "payment.updated",
    ]
