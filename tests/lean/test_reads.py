"""Lean's lists and reads, and the shape of its paths."""

import pytest

from tests.kit import Box


def listed(box: Box, query: str = "") -> list[str]:
    rows = box.lean.get(f"/payouts/refunds{query}").json()["content"]
    return [row["refund_id"] for row in rows]


def test_refunds_are_listed_newest_first_in_pages(box: Box) -> None:
    payment = box.payment()
    made = [box.lean_refund(payment, 1).json()[0]["refund_id"] for _ in range(5)]
    everything = listed(box)

    assert everything[:5] == made[::-1]
    assert [listed(box, f"?size=2&page={n}") for n in range(3)] == [
        everything[0:2],
        everything[2:4],
        everything[4:6],
    ]
    page = box.lean.get("/payouts/refunds?size=2&page=999").json()
    total = len(everything)
    assert page["content"] == []
    assert page["page"] == {
        "number": 999,
        "size": 2,
        "total_elements": total,
        "total_pages": -(-total // 2),
        "sort": None,
    }


def test_each_status_lists_its_own(box: Box) -> None:
    by_status: dict[str, set[str]] = {}
    for name in box.admin.get("/fixtures").json()["lean"]["refunds"].values():
        by_status.setdefault(name["status"], set()).add(name["id"])
    for status, ids in by_status.items():
        assert set(listed(box, f"?status={status}")) == ids
    assert set(listed(box, "?status=")) == set().union(*by_status.values())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?status=created", "field: status, value: created"),
        ("?size=0", "field: size, value: 0"),
        ("?size=ten", "field: size, value: ten"),
        ("?page=-1", "field: page, value: -1"),
        ("?page=3000000000", "field: page, value: 3000000000"),
    ],
)
def test_a_bad_query(box: Box, query: str, field: str) -> None:
    answer = box.lean.get(f"/payouts/refunds{query}")

    assert (answer.status_code, answer.json()["status"]) == (400, "INVALID_PARAMETERS")
    assert answer.json()["message"].endswith(field)


def test_a_payment_and_its_reconciliation_in_each_state(box: Box) -> None:
    for fixture in box.admin.get("/fixtures").json()["lean"]["payments"].values():
        payment = box.lean.get(f"/payments/v1/{fixture['id']}").json()
        reconciliation = box.lean.get(f"/reconciliation/v1/payments/{fixture['id']}")

        assert payment["status"] == fixture["status"]
        assert payment["amount"] == fixture["amount"]
        if fixture["reconciliation"] is None:
            assert reconciliation.json()["status"] == "UNKNOWN_PAYMENT"
        else:
            state = reconciliation.json()["reconciliation"]
            assert state["status"] == fixture["reconciliation"]
            assert (state["deposit"] is None) == (state["status"] != "RECONCILED")


@pytest.mark.parametrize(
    ("path", "http", "status"),
    [
        ("/payouts/refunds/{unknown}", 404, "UNKNOWN_REFUND"),
        ("/payments/v1/{unknown}", 404, "UNKNOWN_PAYMENT"),
        ("/reconciliation/v1/payments/{unknown}", 404, "UNKNOWN_PAYMENT"),
        ("/payouts/refunds/not-a-uuid", 400, "INVALID_PARAMETERS"),
        ("/payments/v1/not-a-uuid", 400, "INVALID_PARAMETERS"),
        ("/payouts/nothing/here", 404, "INVALID_URL"),
        ("/customers/v2", 404, "INVALID_URL"),
    ],
)
def test_nothing_there(box: Box, path: str, http: int, status: str) -> None:
    answer = box.lean.get(path.format(unknown="00000000-0000-4000-8000-000000000000"))

    assert (answer.status_code, answer.json()["status"]) == (http, status)


def test_ids_in_capitals_are_the_same_ids(box: Box) -> None:
    refund = box.lean_refund(box.payment().upper()).json()[0]["refund_id"]

    assert box.lean.get(f"/payouts/refunds/{refund.upper()}").json()["refund_id"] == refund
