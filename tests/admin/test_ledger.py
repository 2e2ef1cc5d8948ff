"""The payments and refunds of all providers, in one shape and one list."""

from typing import Any

import pytest

from tests.kit import Box

RECONCILED = "1ea00000-0000-4000-a000-000000000001"


def page(box: Box, kind: str, query: str = "") -> tuple[list[dict[str, Any]], int]:
    answer = box.admin.get(f"/{kind}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()[kind], answer.json()["more"]


def every(box: Box, kind: str, query: str = "", size: int = 1000) -> list[dict[str, Any]]:
    """All pages of a list, one behind the other."""
    found, more = page(box, kind, f"?limit={size}{query}")
    for _ in range(1000):
        if not more:
            break
        rows, behind = page(box, kind, f"?limit={size}{query}&before={found[-1]['id']}")
        assert behind == more - len(rows)
        found, more = found + rows, behind
    assert more == 0
    return found


def test_a_payment_and_a_refund_of_either_provider_have_one_shape(box: Box) -> None:
    payment = box.payment(amount=12.5, currency="USD")
    transaction = box.transaction(amount=4500, currency="JOD")
    at = box.admin.get("/clock").json()["now"]
    common = {"at": at, "decimals": 2, "outcome": "settled", "by": None}
    rows, _ = page(box, "payments", "?limit=2")
    known = box.lahza.get(f"/transaction/{transaction}").json()["data"]["reference"]
    assert known in rows[1]["references"]
    assert [row.pop("references") == [] for row in rows] == [False, False]
    assert rows == [
        {
            "id": payment,
            "provider": "lean",
            "payment": payment,
            "amount": 1250,
            "currency": "USD",
            "state": "ACCEPTED_BY_BANK",
            **common,
        },
        {
            "id": str(transaction),
            "provider": "lahza",
            "payment": str(transaction),
            "amount": 4500,
            "currency": "JOD",
            "state": "success",
            **common,
        },
    ]
    lean = box.lean_refund(payment, 2.5).json()[0]["refund_id"]
    lahza = box.lahza_refund(transaction, amount=500).json()["data"]["id"]
    rows, _ = page(box, "refunds", "?limit=2")
    assert [(row["id"], row["payment"], row["amount"], row["currency"]) for row in rows] == [
        (lean, payment, 250, "USD"),
        (str(lahza), str(transaction), 500, "JOD"),
    ]
    assert [(row["provider"], row["state"], row["outcome"]) for row in rows] == [
        ("lean", "CREATED", "open"),
        ("lahza", "pending", "open"),
    ]


def test_each_names_the_call_that_made_it(box: Box) -> None:
    box.lahza.get("/refund")
    body = {"email": "a@example.com", "amount": "4500", "currency": "ILS"}
    assert box.lahza.post("/transaction/initialize", body).status_code == 200
    two = [
        {"payment_id": RECONCILED, "amount": 1, "reason_code": "CUSTOMER_REQUEST"} for _ in range(2)
    ]
    assert box.lean.post("/payouts/refunds", two).status_code == 201
    assert box.lahza_refund("fixture-success", amount=1).status_code == 200
    box.advance("2d")  # which leaves it as it was

    seen = box.admin.get("/requests").json()["requests"]
    requests = {entry["id"]: (entry["method"], entry["path"]) for entry in seen}
    made, _ = page(box, "refunds", "?limit=3")
    by = [row["by"] for row in made]
    assert [(call["method"], call["path"]) for call in by] == [
        ("POST", "/payouts/refunds"),
        ("POST", "/payouts/refunds"),
        ("POST", "/refund"),
    ]
    [paid], _ = page(box, "payments", "?limit=1")
    assert paid["by"]["path"] == "/transaction/initialize"
    for call in (*by, paid["by"]):
        assert requests[call["request"]] == (call["method"], call["path"])
    box.admin.post("/seed", {"refunds": 4})
    others = [row for row in every(box, "refunds") if row not in made]
    assert all(row["by"] is None for row in others)
    assert len(others) > 8


def test_a_filter_leaves_what_a_look_at_everything_leaves(box: Box) -> None:
    box.admin.post("/seed", {"payments": 20, "transactions": 20, "refunds": 60, "seed": 7})
    for kind in ("payments", "refunds"):
        rows = every(box, kind)
        moments = [row["at"] for row in rows]
        assert moments == sorted(moments, reverse=True)
        for key in ("provider", "state", "outcome"):
            for value in {row[key] for row in rows}:
                wanted = [row for row in rows if row[key].lower() == value.lower()]
                assert every(box, kind, f"&{key}={value}") == wanted
        both = [r for r in rows if (r["provider"], r["outcome"]) == ("lahza", "open")]
        assert every(box, kind, "&provider=lahza&outcome=open") == both
    assert every(box, "refunds", "&state=pending&outcome=settled") == []


@pytest.mark.parametrize("size", [1, 7])
def test_pages_follow_each_other_whatever_was_made_at_one_moment(box: Box, size: int) -> None:
    for _ in range(5):
        payment, transaction = box.payment(), box.transaction()
        box.lean_refund(payment, 1)
        box.lahza_refund(transaction, amount=1)
        box.lahza_refund(transaction, amount=2)
    for kind in ("payments", "refunds"):
        assert every(box, kind, size=size) == every(box, kind)
        assert every(box, kind, "&outcome=open", size) == every(box, kind, "&outcome=open")
    newest, _ = page(box, "refunds", "?limit=15")
    assert [row["provider"] for row in newest] == ["lean"] * 5 + ["lahza"] * 10


def test_a_state_is_said_as_its_provider_says_it(box: Box) -> None:
    refund = box.lean_refund(RECONCILED, 1).json()[0]["refund_id"]
    box.lean.call("PUT", "/payouts/refunds", [{"refund_id": refund, "status": "CONFIRMED"}])
    rows, _ = page(box, "refunds", "?limit=1&provider=lean")
    assert (rows[0]["id"], rows[0]["state"], rows[0]["outcome"]) == (refund, "CONFIRMED", "open")
    assert rows[0] in every(box, "refunds", "&state=approved")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("provider=stripe", "provider"),
        ("state=paid", "state"),
        ("provider=lahza&state=CREATED", "state"),
        ("outcome=done", "outcome"),
        ("limit=0", "limit"),
        ("limit=10001", "limit"),
        ("before=nobody", "before"),
        ("provider=lahza&before=1ea00000-0000-4000-b000-000000000001", "before"),
        ("colour=red", "colour"),
    ],
)
def test_a_bad_filter_is_refused_by_its_name(box: Box, query: str, field: str) -> None:
    answer = box.admin.get(f"/refunds?{query}")
    assert (answer.status_code, answer.json()["field"]) == (400, field)
