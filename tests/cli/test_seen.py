"""Requests and webhooks, from the command line."""

from tests.cli.calls import answered, refused, rows, said
from tests.conftest import NOW
from tests.kit import Box
from tests.receiver import Receiver


def test_requests_are_listed_oldest_first_and_filtered(box: Box) -> None:
    box.lahza_refund("fixture-success", amount=100)
    box.lahza.get("/refund?perPage=2", scenario="rate-limited")
    box.lean.get("/payouts/refunds")

    assert rows(said(box, "requests")) == [
        [NOW, "POST", "/refund", "200", "-"],
        [NOW, "GET", "/refund?perPage=2", "429", "rate-limited"],
        [NOW, "GET", "/payouts/refunds", "200", "-"],
    ]
    for words, count in (
        (["--provider", "lahza"], 2),
        (["--method", "post"], 1),
        (["--path", "/refund"], 2),
        (["--status", "429"], 1),
        (["--body", "amount=100", "--body", "transaction=fixture-success"], 1),
        (["--body", "amount=101"], 0),
        (["--until", NOW], 0),
        (["--since", NOW], 3),
        (["--limit", "2"], 2),
    ):
        assert len(answered(box, "requests", *words)["requests"]) == count, words
    assert refused(box, "requests", "--status", "7").startswith("status: ")


def test_a_request_with_a_hint_is_listed_and_told_with_it(box: Box) -> None:
    assert "hint" not in said(box, "requests")
    box.lahza.get("/refunds")
    box.lahza.get("/refund")

    assert rows(said(box, "requests")) == [
        [NOW, "GET", "/refunds", "404", "-", *"did you mean /refund?".split()],
        [NOW, "GET", "/refund", "200", "-", "-"],
    ]
    assert "  hint      did you mean /refund?" in said(box, "requests", "--full").splitlines()


def test_a_request_is_told_in_full(box: Box) -> None:
    note = "x" * 5000
    box.lahza_refund("fixture-success", amount=100, customer_note=note)
    told = said(box, "requests", "--full").splitlines()

    assert told[0] == f"{NOW}  POST /refund"
    assert f'"customer_note": "{note}"' in told[1]
    assert told[2].startswith("  answered  200  {")


def test_what_a_request_carries_moves_no_cursor(box: Box) -> None:
    box.lahza.get("/refund/%1b[2J%0aGET")
    path = box.admin.get("/requests").json()["requests"][0]["path"]
    assert "\x1b" in path
    for words in (["requests"], ["requests", "--full"]):
        assert "\x1b" not in said(box, *words)
    assert len(rows(said(box, "requests"))) == 1


def test_filters_are_not_mistaken_for_those_of_another_command(box: Box) -> None:
    box.lahza.get("/refund")
    assert "--limit makes no sense" in refused(box, "requests", "--limit", "1", "clear", code=2)
    assert len(rows(said(box, "requests"))) == 1
    assert said(box, "requests", "clear") == "all requests are forgotten\n"
    assert said(box, "requests") == "none\n"


def test_webhooks_go_to_an_address_and_are_redelivered(box: Box, receiver: Receiver) -> None:
    box.lahza_refund("fixture-success")
    to = ["webhooks", "send-to", "lahza", receiver.url, "--events", "refund.pending, refund.failed"]
    assert rows(said(box, *to, "--secret", "shh")) == [
        ["lahza", "test", receiver.url, "***", "refund.failed,refund.pending"]
    ]
    assert answered(box, "webhooks", "addresses") == box.admin.get("/webhooks").json()

    nowhere = "http://127.0.0.1:9/x"
    told = said(box, "webhooks", "send-to", "lahza", nowhere, "--domain", "live")
    assert told.splitlines()[-1] == "Lahza's GET of it: connection refused"
    said(box, "webhooks", "stop", "lahza", "--domain", "live")

    (before,) = rows(said(box, "webhooks", "--event", "refund.pending"))
    assert before[4:] == ["collected", "0", "-", "-"]
    (after,) = rows(said(box, "webhooks", "redeliver", before[0]))
    assert after[4:] == ["delivered", "1", "200", receiver.url]
    assert said(box, "webhooks", "--provider", "lean") == "none\n"
    assert (
        len(answered(box, "webhooks", "--status", "delivered", "--limit", "5")["deliveries"]) == 1
    )

    assert said(box, "webhooks", "stop", "lahza", "--domain", "test") == "none\n"
    no_provider = "there is no provider 'loan'; did you mean `lean`? valid: lean, lahza"
    assert refused(box, "webhooks", "stop", "loan") == no_provider
    meant = "provider: did you mean `lean`? valid: lean, lahza"
    assert refused(box, "webhooks", "--provider", "loan") == meant
    assert refused(box, "refunds", "--state", "proccesed").startswith(
        "state: did you mean `processed`? valid: "
    )


def test_payments_and_refunds_of_all_providers_stand_in_one_table(box: Box) -> None:
    transaction = box.transaction(amount=4505)
    refund = box.lahza_refund(transaction, amount=505).json()["data"]["id"]
    listed = said(box, "refunds", "--limit", "1")
    assert rows(listed)[0][2:8] == [
        *(str(refund), str(transaction), "5.05", "ILS", "pending", "open")
    ]
    assert "POST /refund (1)" in listed
    assert "older ones: --before" in listed
    assert rows(said(box, "payments", "--limit", "1"))[0][3] == "45.05"
    behind = said(box, "refunds", "--provider", "lahza", "--before", str(refund))
    assert str(refund) not in behind
    assert "3018207" in behind
    [open_one] = answered(box, "refunds", "--state", "PENDING", "--limit", "1")["refunds"]
    assert open_one["id"] == str(refund)
    assert refused(box, "refunds", "--state", "paid").startswith("state: ")
    assert refused(box, "refunds", "--outcome", "paid", code=2)
