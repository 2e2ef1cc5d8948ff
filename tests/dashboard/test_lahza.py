"""Refunds of Lahza's transactions by people."""

import re
from html import unescape

import pytest

from sandbox.lahza.dashboard import arabic
from sandbox.lahza.dashboard.refunds import MEANINGS
from tests.dashboard.visiting import Visitor
from tests.kit import Box

HOSTILE = "<img src=x onerror=alert(1)>'\"&"


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def refund_of(visitor: Visitor, transaction: int, **typed: str) -> str:
    """The id of the refund that the form makes."""
    led = visitor.send(f"lahza/transactions/{transaction}/refund", **typed)
    match = re.search(r"lahza/refunds\?new=([0-9]+)$", led.url)
    assert match is not None, led.text
    assert '<tr class="new">' in led.text
    return match[1]


def test_a_refund_goes_from_the_form_to_the_payer(box: Box, visitor: Visitor) -> None:
    transaction = box.transaction(amount=10_000)
    assert 'value="100.00"' in visitor.see(f"lahza/transactions/{transaction}/refund")
    notes = {"customer_note": HOSTILE, "merchant_note": ""}
    number = refund_of(visitor, transaction, amount="12.5", **notes)
    refund = box.lahza.get(f"/refund/{number}").json()["data"]

    assert (refund["amount"], refund["status"]) == (1250, "pending")
    assert refund["customer_note"] == HOSTILE
    assert refund["merchant_note"].startswith("Refund for transaction ")
    for by, state in (("0s", "pending"), ("1h", "processing"), ("23h", "processed")):
        box.advance(by)
        page = visitor.see(f"lahza/refunds/{number}")
        assert f"<p>{MEANINGS[state]}</p>" in page
    moments = re.findall(r'<li><span><time datetime="([^"]*)"', page)
    assert moments == [f"2026-05-{at}:50:42Z" for at in ("13T11", "13T12", "14T11")]
    assert HOSTILE in page
    assert HOSTILE not in visitor.get(f"lahza/refunds/{number}").text
    assert 'value="87.50"' in visitor.see(f"lahza/transactions/{transaction}/refund")
    assert "12.50 ILS" in visitor.see(f"lahza/transactions/{transaction}")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("100.01", 10_001), ("0", 0), ("-1", -100), ("0.001", 0.1), ("ten", "ten"), ("", "")],
)
def test_a_refused_amount_is_refused_in_the_words_of_the_api(
    box: Box, visitor: Visitor, typed: str, sent: object
) -> None:
    transaction = box.transaction(amount=10_000)
    refused = visitor.send(
        f"lahza/transactions/{transaction}/refund", amount=typed, customer_note=HOSTILE
    )
    said = box.lahza_refund(transaction, amount=sent)

    assert refused.status_code == said.status_code == 400
    match = re.search(r'id="amount-wrong"><bdi>(.*?)</bdi>', refused.text)
    assert match is not None
    assert unescape(match[1]) == said.json()["message"]
    assert f'value="{typed}"' in refused.text
    assert HOSTILE in unescape(refused.text)
    assert HOSTILE not in refused.text


def test_a_transaction_that_took_no_money_has_no_button(box: Box, visitor: Visitor) -> None:
    paid, refused = box.transaction(), box.transaction(status="failed")
    spent = box.transaction(amount=500)
    box.lahza_refund(spent, amount=500)
    page = visitor.see("lahza/transactions")
    assert f"lahza/transactions/{paid}/refund" in page
    for transaction, why_not in ((refused, "Not paid"), (spent, "Nothing left")):
        row = page.partition(f'id="t-{transaction}"')[2].partition("</tr>")[0]
        assert why_not in row
        assert "<button" not in row
    sent = visitor.send(f"lahza/transactions/{refused}/refund", amount="1")

    assert sent.status_code == 400
    assert "Transaction has not been completed" in sent.text


def test_a_balance_that_is_too_low_is_told_beside_the_amount(box: Box, visitor: Visitor) -> None:
    box.admin.patch("/lahza/merchant", {"balance": {"ILS": 100}})
    refused = visitor.send(f"lahza/transactions/{box.transaction()}/refund", amount="5")

    assert "Insufficient balance" in refused.text.partition('id="amount-wrong"')[2]


def test_both_domains_are_shown_and_told_apart(box: Box, visitor: Visitor) -> None:
    live, test = box.transaction(domain="live"), box.transaction()
    number = refund_of(visitor, live, amount="1")
    assert box.live.get(f"/refund/{number}").status_code == 200
    assert box.lahza.get(f"/refund/{number}").status_code == 404
    found = {
        domain: visitor.see(f"lahza/transactions?domain={domain}")
        for domain in ("live", "test", "")
    }

    assert [f't-{live}"' in found[domain] for domain in found] == [True, False, True]
    assert [f't-{test}"' in found[domain] for domain in found] == [False, True, True]
    assert f"refunds/{number}" in visitor.see("lahza/refunds?domain=live&status=pending")
    assert f"refunds/{number}" not in visitor.see("lahza/refunds?domain=test")
    assert f"refunds/{number}" in visitor.see(f"lahza/refunds?search={live}")


def test_a_charge_shows_how_its_payer_went_about_it(box: Box, visitor: Visitor) -> None:
    asked = {"email": "a@example.com", "amount": "5000"}
    made = box.lahza.post("/transaction/initialize", asked).json()["data"]
    card = {"card_number": "4111111111111111", "cvv": "123", "expiry": "12/30"}
    box.on("card-declined")
    for advance in ("30s", "1m"):
        box.advance(advance)
        box.anyone.call(
            "POST",
            f"/checkout/{made['access_code']}",
            "&".join(f"{key}={value}" for key, value in card.items()).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
            allow_redirects=False,
        )
        box.off("card-declined") if advance == "30s" else None
    number = box.lahza.get(f"/transaction/verify/{made['reference']}").json()["data"]["id"]
    steps = re.findall(
        r'<li><span><time datetime="[^"]*T([^"]*)"[^\n]*?</time></span><span>([^<]*)',
        visitor.see(f"lahza/transactions/{number}"),
    )

    assert [(at, what.strip()) for at, what in steps] == [
        ("11:50:42Z", "The transaction is made."),
        ("11:51:12Z", "The payer tries to pay by card."),
        ("11:51:12Z", "The card is refused."),
        ("11:52:12Z", "The payer tries to pay by card."),
        ("11:52:12Z", "The card is charged."),
    ]


def test_each_state_is_told_in_arabic_too(box: Box, visitor: Visitor) -> None:
    assert set(MEANINGS.values()) <= arabic.TEXTS.keys()
    number = refund_of(visitor, box.transaction(), amount="1")
    visitor.send("choose", language="ar")

    assert arabic.TEXTS[MEANINGS["pending"]] in visitor.see(f"lahza/refunds/{number}")


def test_what_is_not_there_is_said_to_be_missing(visitor: Visitor) -> None:
    for path in ("transactions/x", "transactions/1/refund", "refunds/x", "refunds/1/x"):
        assert visitor.get(f"lahza/{path}").status_code == 404, path
