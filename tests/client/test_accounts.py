"""What was paid and refunded, and a merchant's own books beside it."""

from typing import Any

import pytest

from sandbox.client import Sandbox
from tests.kit import Box

FIGURES = ("paid", "refunded", "pending", "failed")


def test_the_ledger_has_each_payments_money_in_minor_units(sandbox: Sandbox, box: Box) -> None:
    payment, transaction = box.payment(amount=12.5), box.transaction(amount=4500)
    box.lahza_refund(transaction, amount=500)
    sandbox.clock.advance(days=2)
    box.lahza_refund(transaction, amount=700)
    failed = box.lahza_refund(transaction, amount=900).json()["data"]["id"]
    sandbox.lahza.settle(failed, "failed")

    ledger = sandbox.ledger()
    mine = [ledger[str(name)] for name in (payment, transaction)]
    assert [[account[name] for name in FIGURES] for account in mine] == [  # type: ignore[literal-required]
        [1250, 0, 0, 0],
        [4500, 500, 700, 900],
    ]
    assert [(each["provider"], each["currency"], each["decimals"]) for each in mine] == [
        ("lean", "AED", 2),
        ("lahza", "ILS", 2),
    ]


def test_books_that_agree_once_all_has_happened(sandbox: Sandbox, box: Box) -> None:
    """By id or by reference, and each with the figures that it keeps."""
    transaction = sandbox.lahza.pay(5000, reference="order-1")["id"]
    payment = box.payment(amount=100)
    box.lahza_refund(transaction, amount=2000)
    sandbox.assert_agrees({"order-1": {"paid": 5000, "refunded": 2000}, payment: {"paid": 10000}})
    sandbox.assert_agrees({str(transaction): {"pending": 0, "failed": 0}})


def test_what_differs_is_said_in_words(sandbox: Sandbox, box: Box) -> None:
    first = sandbox.lahza.pay(5000, reference="order-1")["id"]
    second = sandbox.lahza.pay(3000, reference="order-2")["id"]
    for transaction, amount in ((first, 2000), (first, 2000), (second, 100)):
        box.lahza_refund(transaction, amount=amount)
    with pytest.raises(AssertionError) as differ:
        sandbox.assert_agrees(
            {"order-1": {"paid": 5000, "refunded": 2000}, "order-3": {"refunded": 1}}
        )
    title, *lines = str(differ.value).split("\n  ")
    assert title == "the merchant's books differ from the provider's:"
    assert lines[:2] == [
        "order-1 (lahza, ILS): refunded: yours says 2000, the provider's 4000",
        "order-3: the provider knows no such payment",
    ]
    assert lines[2].startswith(f"{second}, order-2 (lahza, ILS): ")
    assert lines[2].endswith(": yours does not have this payment, the provider's says refunded 100")


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ([("order-1", 2000)], 'give figures by payment, as in {"order-1": {"refunded": 2000}}'),
        ({"order-1": 2000}, 'order-1: give figures by their names, as in {"refunded": 2000}'),
        ({"order-1": {"refund": 1}}, "order-1: unknown: refund; valid: paid, refunded, pending"),
        ({"order-1": {"paid": 12.5}}, "order-1: paid is 12.5, not a whole number of minor units"),
        ({"order-1": {}, "ID": {}}, "order-1 and ID are the same payment"),
    ],
)
def test_books_that_make_no_sense(sandbox: Sandbox, mine: Any, said: str) -> None:
    id = str(sandbox.lahza.pay(5000, reference="order-1")["id"])
    if isinstance(mine, dict):
        mine = {id if name == "ID" else name: each for name, each in mine.items()}
    with pytest.raises(ValueError, match="order-1") as refused:
        sandbox.assert_agrees(mine)
    assert str(refused.value).replace(id, "ID").startswith(said)
