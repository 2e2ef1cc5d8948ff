"""What each filter, page and path of Lahza's reads finds."""

from urllib.parse import quote

import pytest

from tests.kit import Box
from tests.lahza.calls import SUCCESS, ids, queued, refused, rows, seen

OPEN = [3018205, 3018203, 3018202, 3018201]
"""The refunds of the fixture lahza.transactions.refund_open, whose id is 1004700007."""
FIXTURES = [3018207, 3018206, 3018205, 3018204, 3018203, 3018202, 3018201]
"""Every refund of the test domain, as a list shows them; all were made on 12 May."""


def fetched(box: Box, value: object) -> int:
    answer = box.lahza.get(f"/refund/{value}")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["data"]["id"])


# One refund -----------------------------------------------------------------------------------


def test_a_refund_is_fetched_by_its_id_or_as_its_transactions_newest(box: Box) -> None:
    older = queued(box, SUCCESS, amount=1)["id"]
    box.advance("1s")
    newer = queued(box, SUCCESS, amount=2)["id"]

    assert [fetched(box, value) for value in (older, newer)] == [older, newer]
    assert [fetched(box, value) for value in (SUCCESS, "fixture-success")] == [newer, newer]


def test_a_refunds_id_wins_over_a_transactions_reference(box: Box) -> None:
    queued(box, box.transaction(reference="3018201"))

    assert fetched(box, 3018201) == 3018201


@pytest.mark.parametrize("value", ["9999999", "nobody", "fixture-success", "3018208", "-1", "1.5"])
def test_a_refund_that_is_not_there(box: Box, value: str) -> None:
    """Unknown, a transaction without refunds, the other domain's, no id at all."""
    assert seen(box.lahza.get(f"/refund/{value}")) == refused(404, "Refund not found")


# The list of refunds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", FIXTURES),
        ("reference=fixture-refund-open", OPEN),
        ("reference=1004700007", OPEN),
        ("transaction=fixture-refund-open", OPEN),
        ("transaction=1004700007", OPEN),
        ("reference=nobody", []),
        ("reference=fixture-success", []),
        ("currency=ILS", FIXTURES),
        ("currency=USD", []),
        ("reference=fixture-refund-open&currency=ILS", OPEN),
        ("reference=fixture-refund-open&currency=JOD", []),
        ("from=2026-05-12", FIXTURES),
        ("from=2026-05-13", []),
        ("to=2026-05-12", FIXTURES),
        ("to=2026-05-11", []),
        ("from=2026-05-12&to=2026-05-12&reference=fixture-refund-open&page=2&perPage=3", OPEN[3:]),
        ("from=2026-05-12T11:50:42Z", FIXTURES),
        ("from=2026-05-12T11:50:43Z", []),
        ("to=2026-05-12T11:50:43Z", FIXTURES),
        ("to=2026-05-12T11:50:42Z", []),
        ("from=2026-05-12T14:50:42%2B03:00&to=2026-05-12T14:50:43%2B03:00", FIXTURES),
        ("from=2026-05-13&to=2026-05-11", []),
        ("perPage=3", FIXTURES[:3]),
        ("perPage=3&page=2", FIXTURES[3:6]),
        ("perPage=3&page=3", FIXTURES[6:]),
        ("perPage=3&page=4", []),
        ("perPage=1000", FIXTURES),
    ],
)
def test_the_list_holds_what_its_filters_leave(box: Box, query: str, found: list[int]) -> None:
    assert ids(box.lahza, f"/refund?{query}") == found


def test_each_currency_lists_its_own(box: Box) -> None:
    made = {
        currency: queued(box, f"fixture-{currency.lower()}")["id"] for currency in ("JOD", "USD")
    }

    for currency, refund_id in made.items():
        assert ids(box.lahza, f"/refund?currency={currency}") == [refund_id]


def test_refunds_are_listed_newest_first(box: Box) -> None:
    made = []
    for _ in range(3):
        made.append(queued(box, SUCCESS, amount=1)["id"])
        box.advance("1ms")

    assert ids(box.lahza, "/refund?reference=fixture-success") == made[::-1]


@pytest.mark.parametrize("name", ["from", "to"])
def test_the_moment_that_a_refund_shows_finds_it(box: Box, name: str) -> None:
    refund = queued(box, SUCCESS)
    query = f"?reference=fixture-success&{name}={refund['createdAt']}"

    assert [row["id"] for row in rows(box.lahza, query)] == [refund["id"]]


def test_a_page_has_fifty_rows_unless_said(box: Box) -> None:
    made = [queued(box, SUCCESS, amount=1)["id"] for _ in range(51)]

    assert ids(box.lahza, "/refund?reference=fixture-success") == made[:0:-1]
    assert ids(box.lahza, "/refund?reference=fixture-success&page=2") == made[:1]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("perPage=0", "perPage must be a number from 1 to 1000"),
        ("perPage=1001", "perPage must be a number from 1 to 1000"),
        ("perPage=many", "perPage must be a number from 1 to 1000"),
        ("page=0", "page must be a number from 1 to 1000000000"),
        ("page=-1", "page must be a number from 1 to 1000000000"),
        ("from=yesterday", "from must be a valid date"),
        ("to=2026-02-30", "to must be a valid date"),
    ],
)
@pytest.mark.parametrize("path", ["/refund", "/transaction"])
def test_a_page_or_date_that_makes_no_sense(box: Box, path: str, query: str, message: str) -> None:
    assert seen(box.lahza.get(f"{path}?{query}")) == refused(400, message)


def test_a_currency_that_is_not_served(box: Box) -> None:
    answer = box.lahza.get("/refund?currency=EUR")

    assert seen(answer) == refused(400, "Currency not supported by merchant")


def test_each_domain_sees_its_own_refunds_and_transactions(box: Box) -> None:
    for path in ("/refund", "/transaction"):
        tests, lives = (api.get(path).json()["data"] for api in (box.lahza, box.live))
        assert {row["domain"] for row in tests} == {"test"}
        assert {row["domain"] for row in lives} == {"live"}
    assert ids(box.live, "/refund?reference=fixture-refund-open") == []
    assert box.live.get("/refund/3018208").status_code == 200


# Transactions ---------------------------------------------------------------------------------


def test_verify_answers_for_a_transaction_in_each_state(box: Box) -> None:
    """200 also when it is unpaid: only `data.status` tells."""
    transactions = box.admin.get("/fixtures").json()["lahza"]["transactions"].values()
    tested = [fixture for fixture in transactions if fixture["domain"] == "test"]

    assert {fixture["status"] for fixture in tested} == {
        "success",
        "failed",
        "abandoned",
        "reversed",
    }
    for fixture in tested:
        http, body = seen(box.lahza.get(f"/transaction/verify/{fixture['reference']}"))
        data = body["data"]
        assert (http, body["message"]) == (200, "Verification successful")
        assert {key: data[key] for key in ("id", "status", "amount", "currency")} == {
            key: fixture[key] for key in ("id", "status", "amount", "currency")
        }
        assert (data["paid_at"] is None) == (fixture["status"] in ("failed", "abandoned"))


@pytest.mark.parametrize("reference", ["nobody", "fixture-live", str(SUCCESS)])
def test_verify_of_a_reference_that_is_not_there(box: Box, reference: str) -> None:
    """Unknown, the other domain's, or no reference but an id."""
    answer = box.lahza.get(f"/transaction/verify/{reference}")

    assert seen(answer) == refused(400, "Transaction reference not found.")


@pytest.mark.parametrize("reference", ["fixture_success", "a b", "a:b", "فاتورة", "a%"])
def test_verify_of_a_reference_with_an_illegal_character(box: Box, reference: str) -> None:
    answer = box.lahza.get(f"/transaction/verify/{quote(reference)}")

    assert seen(answer) == refused(400, "Invalid character in transaction reference")


def test_a_reference_may_have_letters_digits_and_three_signs(box: Box) -> None:
    transaction = box.transaction(reference="Az09-.=")
    answer = box.lahza.get("/transaction/verify/Az09-.=")

    assert answer.json()["data"]["id"] == transaction


def test_a_transaction_by_its_id_is_as_verify_shows_it(box: Box) -> None:
    answer = box.lahza.get(f"/transaction/{SUCCESS}").json()
    verify = box.lahza.get("/transaction/verify/fixture-success").json()

    assert answer == {**verify, "message": "Transaction retrieved"}


@pytest.mark.parametrize(
    ("value", "http", "message"),
    [
        ("fixture-success", 400, "Transaction ID should be numeric."),
        ("1.5", 400, "Transaction ID should be numeric."),
        ("9999999999", 404, "Transaction not found"),
        ("1004700013", 404, "Transaction not found"),
    ],
)
def test_a_transaction_that_is_not_there(box: Box, value: str, http: int, message: str) -> None:
    """The last one is the live domain's."""
    assert seen(box.lahza.get(f"/transaction/{value}")) == refused(http, message)


@pytest.mark.parametrize(
    ("query", "references"),
    [
        ("status=failed", ["fixture-failed"]),
        ("status=abandoned", ["fixture-abandoned"]),
        ("status=reversed", ["fixture-fully-refunded"]),
        ("amount=8800", ["fixture-recent"]),
        ("amount=8801", []),
        ("status=success&amount=9999", ["fixture-usd"]),
        ("from=2026-05-13", ["fixture-recent"]),
        ("to=2026-05-10", []),
        ("perPage=1", ["fixture-recent"]),
    ],
)
def test_transactions_are_listed_by(box: Box, query: str, references: list[str]) -> None:
    rows = box.lahza.get(f"/transaction?{query}").json()["data"]

    assert [row["reference"] for row in rows] == references


def test_transactions_of_a_customer(box: Box) -> None:
    one = box.transaction(email="drew@example.com")
    box.transaction(email="lea@example.com")
    customer = box.lahza.get(f"/transaction/{one}").json()["data"]["customer"]

    for value in (customer["id"], customer["customer_code"], "drew@example.com"):
        assert ids(box.lahza, f"/transaction?customer={value}") == [one]


def test_the_status_filter_goes_by_what_a_scenario_shows(box: Box) -> None:
    paid, failed = (f"/transaction?status={status}" for status in ("success", "failed"))
    before = ids(box.lahza, failed)
    assert SUCCESS in ids(box.lahza, paid)
    box.on("transaction-not-successful", transaction=str(SUCCESS), status="failed")

    assert SUCCESS not in ids(box.lahza, paid)
    assert set(ids(box.lahza, failed)) == {*before, SUCCESS}
    assert SUCCESS in ids(box.lahza, f"{failed}&amount=10000")
    assert SUCCESS not in ids(box.live, failed)


def test_a_list_of_transactions_says_where_it_stands(box: Box) -> None:
    answer = box.lahza.get("/transaction?perPage=5&page=2").json()
    verify = box.lahza.get(f"/transaction/verify/{answer['data'][0]['reference']}").json()

    assert list(answer) == ["status", "message", "data", "meta"]
    assert (answer["status"], answer["message"]) == (True, "Transactions retrieved")
    assert answer["data"][0] == verify["data"]
    assert answer["meta"] == {
        "total": 12,
        "skipped": 5,
        "perPage": 5,
        "page": 2,
        "pageCount": 3,
    }
