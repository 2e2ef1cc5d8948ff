"""The same seed and the same calls, in frozen time, give the same bytes."""

from tests.kit import Box, frozen, serving

NOW = "2026-05-13T11:50:42.625199Z"


def day(box: Box, extra_reads: int = 0) -> list[tuple[bytes, list[tuple[str, str]]]]:
    """A day with both providers: every answer's body and headers, less the server's date."""
    payment, transaction = box.payment(amount=70), box.transaction(amount=900)
    answers = [
        box.lean.get(f"/payments/v1/{payment}"),
        box.lahza.get(f"/transaction/{transaction}"),
        box.lean_refund(payment, 30, status="APPROVED"),
        box.lean_refund(payment, 50),
        box.lahza_refund(transaction, amount=400),
    ]
    for _ in range(extra_reads):
        box.lahza.get("/refund")
    answers += [
        box.lean_refund(payment, 40),
        box.lahza_refund(transaction),
        box.admin.post("/clock/advance", {"until": "idle"}),
        box.admin.post("/seed", {"payments": 3, "transactions": 3}),
        box.lean.get("/payouts/refunds"),
        box.lahza.get("/refund"),
        box.lahza.get("/transaction"),
    ]
    return [
        (a.content, sorted((k, v) for k, v in a.headers.items() if k != "Date")) for a in answers
    ]


def test_two_sandboxes_agree_and_so_does_one_that_was_reset() -> None:
    with serving(frozen(NOW)) as one, serving(frozen(NOW)) as other:
        first = day(one)
        assert day(other) == first
        one.admin.post("/reset")
        assert day(one) == first


def test_an_extra_read_changes_no_later_id() -> None:
    with serving(frozen(NOW)) as one, serving(frozen(NOW)) as other:
        bodies = [body for body, _ in day(one)]
        assert [body for body, _ in day(other, extra_reads=5)] == bodies


def test_another_seed_gives_other_ids(box: Box) -> None:
    drawn = []
    for seed in (1, 2, 1):
        box.admin.post("/reset", {"seed": seed})
        drawn.append(box.payment())

    assert drawn[0] == drawn[2] != drawn[1]
