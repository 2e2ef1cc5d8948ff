"""The pages of webhooks."""

import hashlib
import hmac
import re
from html import unescape

import pytest

from tests.dashboard.visiting import Visitor
from tests.kit import Box
from tests.receiver import Receiver


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def refund(box: Box) -> None:
    """A Lahza refund, of which webhooks tell, and wait until the first has been tried."""
    assert box.lahza_refund(box.transaction()).status_code == 200
    box.admin.post("/webhooks/deliveries/flush")


def test_an_address_is_set_and_removed(box: Box, visitor: Visitor, receiver: Receiver) -> None:
    form = {"provider": "lahza", "domain": "live", "do": "set", "url": receiver.url}
    path = "world/webhooks/address"
    led = visitor.send(path, **form, secret="not-to-be-shown", events="charge.success")

    assert "It was called, and answered: 200" in led.text
    (address,) = box.admin.get("/webhooks").json()["webhooks"]
    assert address["events"] == ["charge.success"]
    assert (address["domain"], address["url"], address["secret"]) == ("live", receiver.url, "***")
    assert "not-to-be-shown" not in visitor.see("world/webhooks")
    visitor.send(path, **form)
    (address,) = box.admin.get("/webhooks").json()["webhooks"]
    assert (address["secret"], address["events"]) == ("***", None)
    visitor.send(path, **form, no_secret="on")
    (address,) = box.admin.get("/webhooks").json()["webhooks"]
    assert address["secret"] is None
    visitor.send(path, **{**form, "do": "remove"})
    assert box.admin.get("/webhooks").json()["webhooks"] == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not a URL"),
        ("http://hooks.example.com/", "neither a loopback nor a private host"),
        ("http://127.0.0.1:3000/_sandbox/reset", "webhooks don't go below /_sandbox"),
    ],
)
def test_an_address_is_refused_beside_its_field(
    box: Box, visitor: Visitor, url: str, said: str
) -> None:
    path = "world/webhooks/address"
    answer = visitor.send(path, provider="lean", domain="", do="set", url=url)

    assert answer.status_code == 400
    beside = re.search(r'id="lean-url-wrong"><bdi>([^<]*)', answer.text)
    assert beside is not None
    assert said in unescape(beside[1])
    assert box.admin.get("/webhooks").json()["webhooks"] == []
    assert visitor.send(path, provider="nobody", domain="", do="set").status_code == 404


def test_a_refused_webhook_shows_why_and_goes_out_once_more(
    box: Box, visitor: Visitor, receiver: Receiver
) -> None:
    receiver.answer = lambda handler, _: handler.reply(401, b"<i>bad signature</i>")
    secret = "not-to-be-shown"
    box.admin.put("/webhooks/lahza", {"url": receiver.url, "secret": secret})
    refund(box)
    listed = visitor.see("world/webhooks?status=pending&event=refund.pending")
    number = re.search(r'id="delivery-(\d+)"', listed)
    assert number is not None
    page = visitor.get(f"world/webhooks/{number[1]}").text
    assert "&lt;i&gt;bad signature" in page
    assert "<i>bad" not in page
    shown = unescape(page)
    assert "signed with the secret of its address" in shown
    assert "The key: the secret of its address." in shown
    assert secret not in shown
    receiver.answer = lambda handler, _: handler.reply(200, b"thanks")
    led = visitor.send(f"world/webhooks/{number[1]}")

    assert "It was sent once more." in led.text
    assert "thanks" in led.text
    assert "delivered" in led.text


@pytest.mark.parametrize("provider", ["lean", "lahza"])
def test_the_signature_is_made_as_the_page_says(box: Box, visitor: Visitor, provider: str) -> None:
    if provider == "lean":
        payment = box.payment()
        assert payment
        secret = "sandbox-webhook-secret"
    else:
        refund(box)
        secret = "sk_test_sandbox"
    page = visitor.get("world/webhooks/1").text
    said = re.search(r"HMAC-(SHA\d+) of these bytes with that key, in hex", page)
    exact = re.search(r'<pre [^>]*aria-label="Body 1">(.*?)</pre>', page, re.DOTALL)
    header = re.search(r"sent in this header: <code[^>]*>[\w-]+: (?:\w+=)?([0-9a-f]+)<", page)
    assert said is not None
    assert exact is not None
    assert header is not None
    body = unescape(exact[1]).encode()

    assert (
        hmac.new(secret.encode(), body, getattr(hashlib, said[1].lower())).hexdigest() == header[1]
    )
    assert f"The key: {secret}, as " in page
    assert hashlib.sha256(body).hexdigest() in page


def test_one_that_a_scenario_signs_wrongly_says_so(box: Box, visitor: Visitor) -> None:
    box.on("webhook-bad-signature")
    refund(box)

    assert "wrong key on purpose" in visitor.see("world/webhooks/1")


def test_what_can_not_be_sent_again_says_why(box: Box, visitor: Visitor) -> None:
    refund(box)
    refused = visitor.send("world/webhooks/1")

    assert refused.status_code == 409
    assert "no address has been set that wants it" in refused.text
    for path in ("world/webhooks/99", "world/webhooks/x", "world/webhooks/1/2"):
        assert visitor.get(path).status_code == 404


def test_what_is_held_until_the_clock_moves_can_be_sent(
    box: Box, visitor: Visitor, receiver: Receiver
) -> None:
    box.admin.put("/webhooks/lahza", {"url": receiver.url})
    box.admin.patch("/settings", {"webhook_dispatch": "on_advance"})
    box.lahza_refund(box.transaction())
    assert "refund.pending" not in receiver.events
    led = visitor.send("world/webhooks/flush")

    assert "Sent:" in led.text
    assert "refund.pending" in receiver.events
