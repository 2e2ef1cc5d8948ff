"""What Lahza's wire examples alone do not say of the sandbox."""

import pytest

from tests.kit import Box
from tests.wire.stories import EXAMPLES, Story, read, written

LAHZA = EXAMPLES["lahza"]
PAID = "/transaction/verify/T2154954-412829-3be32076-6lcg3"


def test_the_two_documented_refunds(lahza: Story) -> None:
    """The reference lists both domains in one answer; a key sees its own only."""
    example = LAHZA["Refunds"]
    lahza.begin(example.name)
    shown = read(example.body or "")
    rows = dict(zip(("live", "test"), shown["data"], strict=True))

    for domain, row in rows.items():
        one = example._replace(body=written({**shown, "data": [row]}))
        answer = lahza.ask(one, authorization=f"Bearer sk_{domain}_sandbox")
        assert answer.status_code == 200
        lahza.compare(one, answer.text)


def test_the_page_of_an_initialized_transaction_is_the_sandboxs(lahza: Story) -> None:
    name = "A transaction is initialized"
    answer = lahza.begin(name).tell(name)

    assert answer is not None
    code = answer.json()["data"]["access_code"]
    assert answer.json()["data"]["authorization_url"] == f"{lahza.box.url}/checkout/{code}"
    assert len(code) == 12


def test_a_transaction_is_the_same_in_all_reads(lahza: Story) -> None:
    """As verify shows it, in a list, by its id, and its log alone."""
    verified = lahza.begin("A transaction is verified").tell("A transaction is verified")
    assert verified is not None
    transaction = read(verified.text)["data"]

    def said(path: str, message: str) -> object:
        answer = read(lahza.box.lahza.get(f"/transaction{path}").text)
        assert list(answer)[:3] == ["status", "message", "data"]
        assert (answer["status"], answer["message"]) == (True, message)
        return written(answer["data"])

    listed = said("?customer=customer@example.com", "Transactions retrieved")
    assert listed == written([transaction])
    assert said("/690075529", "Transaction retrieved") == written(transaction)
    assert said("/timeline/XXXXX", "Timeline retrieved") == written(transaction["log"])


@pytest.mark.parametrize(("switch", "pending"), [("as_documented", '"5000"'), ("number", "5000")])
def test_a_setting_makes_amounts_numbers_in_all_webhooks(
    lahza: Story, switch: str, pending: str
) -> None:
    name = "A refund is pending (webhook)"
    lahza.begin(name)
    lahza.box.admin.patch("/settings", {"lahza": {"webhook_amount": switch}})
    lahza.prepare(name)
    refund = LAHZA[name].body or ""
    told = lahza.sent_out("refund.pending")

    assert told == written(read(refund.replace('"5000"', pending)))


def test_two_refunds_tell_of_themselves_alike_unless_a_setting_names_them(box: Box) -> None:
    """So Paystack's have it; a receiver that drops repetitions by content loses the second."""
    for named in (False, True):
        box.admin.patch("/settings", {"lahza": {"webhook_refund_id": named}})
        order = {"transaction": "fixture-success", "amount": 1}
        ids = [box.lahza.post("/refund", order).json()["data"]["id"] for _ in range(2)]
        sent = box.admin.get("/webhooks/deliveries?event=refund.pending").json()["deliveries"][-2:]
        bodies = [delivery["body"]["data"] for delivery in sent]

        assert [body.get("id") for body in bodies] == (ids if named else [None, None])
        assert (bodies[0] == bodies[1]) is not named


def test_a_charge_is_told_as_verify_shows_it_and_its_plan(lahza: Story) -> None:
    box = lahza.begin("A transaction is verified").box
    order = {"amount": 5000, "email": "demo@example.com", "plan": "PLN_gx2wn530m0i3w3m"}
    box.live.post("/transaction/initialize", {**order, "reference": PAID.rpartition("/")[2]})
    number = box.live.get(PAID).json()["data"]["id"]
    box.admin.patch(f"/lahza/transactions/{number}", {"status": "success"})
    verified = read(box.live.get(PAID).text)["data"]

    assert lahza.sent_out("charge.success") == written(
        {"event": "charge.success", "data": {**verified, "plan": "PLN_gx2wn530m0i3w3m"}}
    )
