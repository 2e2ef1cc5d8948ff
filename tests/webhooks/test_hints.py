"""What the sandbox says of a webhook whose signature the receiver refuses, as it seems."""

from typing import Any

import pytest

from sandbox.client import Sandbox
from tests.cli.calls import said
from tests.kit import Box
from tests.receiver import Receiver
from tests.webhooks.calls import address, advance, deliveries, lahza_refund

HOW = ". Let the receiver verify with that, or give the address a `secret`: PUT /_sandbox/webhooks/"


def hints(box: Box) -> list[str | None]:
    return [delivery["hint"] for delivery in deliveries(box)]


def refuse(receiver: Receiver, status: int = 401) -> None:
    receiver.answer = lambda handler, _: handler.reply(status)


def test_it_is_told_which_key_signed_it(box: Box, receiver: Receiver) -> None:
    """Of one transaction: nobody's key has paid it, and a key has refunded it."""
    refuse(receiver)
    address(box, "lahza", receiver)
    box.transaction(reference="order-1")
    box.lahza_refund("order-1", amount=100)
    box.lahza_refund(box.transaction(domain="live"))
    paid, refunded, *_ = hints(box)

    signed = "answered 401; signed with "
    assert paid == f"{signed}sk_test_sandbox, as the transaction was made with no key{HOW}lahza"
    assert refunded == (
        f"{signed}the sk_test_ key that the transaction, or the refund, was made with{HOW}lahza"
    )
    assert "sk_test_kit" not in str(hints(box))


@pytest.mark.parametrize(
    ("more", "signer"),
    [
        ({}, "sandbox-webhook-secret, as no other secret is set"),
        ({"secret": "hush"}, "the secret of its address"),
    ],
)
def test_leans_likewise(box: Box, receiver: Receiver, more: dict[str, Any], signer: str) -> None:
    refuse(receiver, 403)
    address(box, "lean", receiver, **more)
    box.payment()
    assert set(hints(box)) == {f"answered 403; signed with {signer}{HOW}lean"}


def test_another_failure_a_success_and_a_forged_signature_are_told_nothing(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    refuse(receiver, 500)
    lahza_refund(box)
    assert hints(box) == [None]
    refuse(receiver)
    advance(box, by="3m")
    assert "answered 401" in str(hints(box))
    refuse(receiver, 200)
    advance(box, by="3m")
    assert hints(box) == [None]
    refuse(receiver)
    box.on("webhook-bad-signature")
    lahza_refund(box)
    assert hints(box) == [None, None]


def test_the_report_and_the_command_line_show_it(box: Box, receiver: Receiver) -> None:
    refuse(receiver)
    address(box, "lahza", receiver)
    assert "hint" not in said(box, "webhooks")
    lahza_refund(box)
    [hint] = hints(box)
    with Sandbox(box.url) as sandbox:
        assert sandbox.webhooks.told().splitlines()[-1] == f"  hint: {hint}"
    assert said(box, "webhooks").splitlines()[1].endswith(str(hint))
