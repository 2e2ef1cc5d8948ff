"""The same seed and the same calls, in frozen time, give the same bytes."""

from sandbox.engine.time.clock import Start
from sandbox.settings import Settings
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


def ids(box: Box) -> list[object]:
    """What a world calls its first documents, of each kind and provider."""
    return [
        box.payment(),
        box.lean_refund("1ea00000-0000-4000-a000-000000000001").json()[0]["refund_id"],
        box.transaction(),
        box.lahza_refund("fixture-success").json()["data"]["id"],
    ]


def shared(one: list[object], other: list[object]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def test_another_seed_gives_other_ids(box: Box) -> None:
    drawn = []
    for seed in (1, 2, 1, 0, None):
        box.admin.post("/reset", {} if seed is None else {"seed": seed})
        drawn.append(ids(box))

    assert drawn[0] == drawn[2]
    assert shared(drawn[0], drawn[1]) == 0
    assert shared(drawn[0], drawn[3]) == 0
    assert shared(drawn[3], drawn[4]) == 0, "this server's worlds run, unless told otherwise"
    box.admin.post("/reset", {"mode": "frozen"})
    assert ids(box) == drawn[3]
    assert drawn[3][-1] == 3_500_000


def test_where_time_runs_no_id_comes_again_unless_a_seed_is_given() -> None:
    """Of a start, a reset and another world: an app may keep ids for longer than the sandbox."""
    seeded = Settings(start=Start(seed=7))
    with serving(Settings()) as one, serving(Settings()) as other:
        drawn = [ids(one), ids(other)]
        one.admin.post("/reset")
        drawn.append(ids(one))
    assert [shared(drawn[a], drawn[b]) for a, b in ((0, 1), (0, 2), (1, 2))] == [0, 0, 0]
    with serving(seeded) as one, serving(seeded) as other:
        assert ids(one) == ids(other)
