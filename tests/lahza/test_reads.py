"""Lahza's lists and reads, and the shape of its paths."""

import pytest

from tests.kit import Box


def ids(box: Box, query: str = "", live: bool = False) -> list[int]:
    api = box.live if live else box.lahza
    return [row["id"] for row in api.get(f"/refund{query}").json()["data"]]


def test_a_refund_goes_by_its_id_or_its_transactions_id_or_reference(box: Box) -> None:
    first = box.lahza_refund("fixture-success", amount=1).json()["data"]["id"]
    newest = box.lahza_refund("fixture-success", amount=2).json()["data"]["id"]

    def found(value: object) -> int:
        return int(box.lahza.get(f"/refund/{value}").json()["data"]["id"])

    assert found(first) == first
    assert found(1004700001) == newest
    assert found("fixture-success") == newest
    for nothing in ("fixture-large", "nowhere", 9999999):
        answer = box.lahza.get(f"/refund/{nothing}")
        assert (answer.status_code, answer.json()["message"]) == (404, "Refund not found")


def test_refunds_are_listed_newest_first_in_pages(box: Box) -> None:
    made = [box.lahza_refund("fixture-large", amount=5).json()["data"]["id"] for _ in range(3)]
    everything = ids(box)

    assert everything[:3] == made[::-1]
    assert ids(box, "?perPage=2&page=2") == everything[2:4]
    assert ids(box, "?perPage=2&page=99") == []


def test_filters(box: Box) -> None:
    jod = box.lahza_refund("fixture-jod").json()["data"]["id"]
    box.advance("2d")
    late = box.lahza_refund("fixture-large", amount=1).json()["data"]["id"]

    assert ids(box, "?currency=JOD") == [jod]
    assert ids(box, "?reference=fixture-jod") == ids(box, "?transaction=1004700008") == [jod]
    assert ids(box, "?reference=fixture-jod&currency=ILS") == []
    assert ids(box, "?reference=nowhere") == []
    assert ids(box, "?from=2026-05-15") == [late]
    assert ids(box, "?from=2026-05-13&to=2026-05-13") == [jod]
    assert ids(box, "?from=2026-05-15T11:50:42.625Z&to=") == [late]
    assert late not in ids(box, "?to=2026-05-14T23:59:59Z")


def test_the_two_domains_do_not_see_each_other(box: Box) -> None:
    assert set(ids(box)).isdisjoint(ids(box, live=True))
    assert ids(box, live=True) == [3018208]
    assert box.lahza.get("/refund/3018208").status_code == 404
    assert box.live.get("/transaction/verify/fixture-success").status_code == 400
    assert box.live.post("/refund", {"transaction": "fixture-live"}).json()["data"]["domain"] == (
        "live"
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/refund?page=0", "page must be a number from 1 to 1000000000"),
        ("/refund?perPage=1001", "perPage must be a number from 1 to 1000"),
        ("/refund?perPage=many", "perPage must be a number from 1 to 1000"),
        ("/refund?currency=EUR", "Currency not supported by merchant"),
        ("/refund?from=yesterday", "from must be a valid date"),
        ("/refund?to=2026-02-30", "to must be a valid date"),
        ("/transaction/abc", "Transaction ID should be numeric."),
        ("/transaction/verify/a_b", "Invalid character in transaction reference"),
        ("/transaction/verify/nowhere", "Transaction reference not found."),
        ("/transaction?status=paid", "status must be one of success, failed, abandoned, reversed"),
    ],
)
def test_a_bad_question(box: Box, path: str, message: str) -> None:
    answer = box.lahza.get(path)

    assert (answer.status_code, answer.json()) == (400, {"status": False, "message": message})


def test_transactions_verified_fetched_and_listed_are_the_same(box: Box) -> None:
    for fixture in box.admin.get("/fixtures").json()["lahza"]["transactions"].values():
        api = box.live if fixture["domain"] == "live" else box.lahza
        verified = api.get(f"/transaction/verify/{fixture['reference']}").json()
        fetched = api.get(f"/transaction/{fixture['id']}").json()
        listed = api.get(f"/transaction?status={fixture['status']}&perPage=1000").json()

        assert verified["data"] == fetched["data"]
        assert fetched["data"] in listed["data"]
        assert fetched["message"] == "Transaction retrieved"
        assert verified["data"]["status"] == fixture["status"]
        paid = fixture["status"] in ("success", "reversed")
        assert (verified["data"]["paid_at"] is not None) == paid


def test_transactions_are_filtered_and_paged(box: Box) -> None:
    made = box.transaction(amount=4711, email="payer@example.com")
    page = box.lahza.get("/transaction?perPage=5&page=1").json()
    total = page["meta"]["total"]

    assert page["meta"] == {
        "total": total,
        "skipped": 0,
        "perPage": 5,
        "page": 1,
        "pageCount": -(-total // 5),
    }
    assert page["data"][0]["id"] == made
    customer = page["data"][0]["customer"]
    for query in ("amount=4711", "customer=payer@example.com", f"customer={customer['id']}"):
        rows = box.lahza.get(f"/transaction?{query}").json()
        assert [row["id"] for row in rows["data"]] == [made]
        assert rows["meta"]["total"] == 1


def test_unknown_paths_and_methods(box: Box) -> None:
    assert box.lahza.get("/refund/1/2").json() == {"status": False, "message": "Not found"}
    answer = box.lahza.delete("/refund")
    assert (answer.status_code, answer.json()["message"]) == (405, "Method not allowed")
    assert box.lahza.get("/transaction/12").json()["message"] == "Transaction not found"
