"""Made-up documents, outcomes, snapshots and worlds, from the command line."""

import pytest

from sandbox.cli import documents
from tests.cli.calls import answered, refused, rows, said
from tests.kit import Box


def test_a_seed_gives_the_same_at_once_and_in_parts(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["seed", "--payments", "7", "--transactions", "12", "--seed", "7"]

    def listed() -> list[str]:
        box.admin.post("/reset", {"mode": "frozen", "now": "2027-01-01T00:00:00Z"})
        added = answered(box, *words)
        assert (added["payments"], added["transactions"]) == (7, 12)
        return [
            *sorted(str(t) for t in box.lahza.get("/transaction?perPage=100").json()["data"]),
            *sorted(
                str(i) for i in box.lean.get("/payments/v1/intents?page=0&size=100").json()["data"]
            ),
        ]

    at_once = listed()
    monkeypatch.setattr(documents, "_AT_ONCE", 10)
    monkeypatch.setattr(documents, "_PART", 5)
    assert listed() == at_once
    assert said(box, *words) == "0 payments, 0 transactions\n"
    assert said(box, "seed", "--transactions", "12") == "12 transactions\n"
    assert said(box, "seed", "--refunds", "2") == "2 lean refunds, 2 lahza refunds\n"
    assert said(box, "seed", "--lean-refunds", "2") == "2 lean refunds\n"


def test_what_can_not_be_made_up_is_refused(box: Box) -> None:
    assert refused(box, "seed", "--loans", "1").startswith("loans: there is no such key; valid: ")
    assert refused(box, "seed", "--payments", "-1", code=2).endswith("must be at least 0")
    assert refused(box, "seed", "--offset", "1", code=2).startswith("No such option")


def test_an_outcome_is_settled(box: Box) -> None:
    words = ["settle", "lahza", "3018202", "failed"]
    assert said(box, *words, "--reason", "closed") == "refund 3018202 is failed\n"
    assert box.lahza_status(3018202) == "failed"
    assert refused(box, *words).startswith("status: ")
    no_provider = "there is no provider 'loan'; did you mean `lean`? valid: lean, lahza"
    assert refused(box, "settle", "loan", "1", "failed") == no_provider
    assert refused(box, "settle", "lean", "1", "failed", "--kind", "loan").endswith(
        "/loans/1/settle"
    )

    payment = box.payment(reconciliation="OUTSTANDING")
    words = ["settle", "lean", payment, "UNRECEIVED", "--kind", "reconciliation"]
    assert answered(box, *words)["reconciliation"]["status"] == "UNRECEIVED"


def test_a_snapshot_is_taken_restored_and_removed(box: Box) -> None:
    for name in ("empty", "full"):
        said(box, "snapshot", "take", name)
        refund = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    assert [row[0] for row in rows(said(box, "snapshot"))] == ["empty", "full"]

    assert said(box, "snapshot", "restore", "full").startswith("full: ")
    assert box.lahza.get(f"/refund/{refund}").status_code == 404
    assert refused(box, "snapshot", "restore", "none").startswith("there is no snapshot 'none'")
    assert [row[0] for row in rows(said(box, "snapshot", "remove", "empty"))] == ["full"]
    assert said(box, "snapshot", "remove", "full") == "none\n"
    assert answered(box, "snapshot") == {"snapshots": []}


def test_worlds_are_listed_and_removed(box: Box) -> None:
    said(box, "clock", "--url", f"{box.url}/w/shop")
    assert {row[0] for row in rows(said(box, "worlds"))} >= {"default", "shop"}
    assert "shop" not in {row[0] for row in rows(said(box, "worlds", "remove", "shop"))}
    assert refused(box, "worlds", "remove", "shop") == "there is no world 'shop'"
