"""A refund's way from pending to its end, and what becomes of its transaction."""

from tests.kit import Box


def status_of(box: Box, transaction: int) -> str:
    return str(box.lahza.get(f"/transaction/{transaction}").json()["data"]["status"])


def test_pending_then_processing_then_processed(box: Box) -> None:
    transaction = box.transaction(amount=5000)
    refund = box.lahza_refund(transaction).json()["data"]["id"]
    pending = box.lahza.get(f"/refund/{refund}").json()["data"]

    assert box.advance("3599s") == []
    assert [event["to"] for event in box.advance("1s")] == ["processing"]
    processing = box.lahza.get(f"/refund/{refund}").json()["data"]
    assert processing == pending | {
        "status": "processing",
        "updatedAt": "2026-05-13T12:50:42.625Z",
    }
    assert [event["to"] for event in box.advance("23h")] == ["processed"]
    assert box.lahza.get(f"/refund/{refund}").json()["data"] == pending | {
        "status": "processed",
        "deducted_amount": 5000,
        "fully_deducted": True,
        "refunded_at": "2026-05-14T11:50:42.625Z",
        "updatedAt": "2026-05-14T11:50:42.625Z",
    }


def test_a_transaction_is_reversed_once_all_of_it_has_been_processed(box: Box) -> None:
    transaction = box.transaction(amount=5000)
    box.lahza_refund(transaction, amount=2000)
    box.advance("1d")
    assert status_of(box, transaction) == "success"
    box.lahza_refund(transaction)
    assert status_of(box, transaction) == "success"
    box.advance("1d")

    assert status_of(box, transaction) == "reversed"


def test_a_failed_refund_can_be_made_again(box: Box) -> None:
    transaction = box.transaction()
    refund = box.lahza_refund(transaction).json()["data"]["id"]
    box.admin.post(f"/lahza/refunds/{refund}/settle", {"status": "failed"})

    assert box.lahza_status(refund) == "failed"
    assert box.advance("3d") == []
    assert status_of(box, transaction) == "success"
    assert box.lahza_refund(transaction).status_code == 200
