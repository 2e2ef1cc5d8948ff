"""Customers, and the sources they pay from."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import DEFAULT, NEW, NOBODY, PAYER, RECONCILED, error, pay


def sources(box: Box, customer_id: str) -> list[dict[str, Any]]:
    answer = box.lean.get(f"/customers/v1/{customer_id}/payment-sources")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def test_a_customer_is_found_by_both_its_ids(box: Box) -> None:
    name = "فاطمة@example.com \U0001f600 0 9'\""
    answer = box.lean.post("/customers/v1/", {"app_user_id": name})
    customer = answer.json()

    assert answer.status_code == 200
    assert customer["app_user_id"] == name
    assert box.lean.get(f"/customers/v1/{customer['customer_id']}").json() == customer
    by_name = box.lean.get(f"/customers/v1/app-user-id/{requests_quote(name)}")
    assert by_name.json() == customer
    assert box.lean.get(f"/customers/v1/{customer['customer_id']}/entities").json() == []


def requests_quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def test_an_app_user_id_is_taken_once(box: Box) -> None:
    before = box.lean.get("/customers/v1").content
    answer = box.lean.post("/customers/v1", {"app_user_id": "fixture-payer"})

    assert answer.status_code == 409
    assert box.lean.get("/customers/v1").content == before


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, "MISSING_PARAMETERS", "app_user_id"),
        ({"app_user_id": None}, "MISSING_PARAMETERS", "app_user_id"),
        ({"app_user_id": ""}, "INVALID_PARAMETERS", "app_user_id, value: "),
        ({"app_user_id": 7}, "INVALID_PARAMETERS", "app_user_id, value: 7"),
        ({"app_user_id": "x" * 256}, "INVALID_PARAMETERS", f"app_user_id, value: {'x' * 99}…"),
        ([], "INVALID_PARAMETERS", "body, value: []"),
        (None, "INVALID_PARAMETERS", None),
    ],
)
def test_a_bad_customer(box: Box, body: Any, status: str, field: str | None) -> None:
    http, word, said = error(box.lean.post("/customers/v1", body))

    assert (http, word) == (400, status)
    assert field in (None, said)


def test_the_longest_app_user_id_is_one(box: Box) -> None:
    assert box.lean.post("/customers/v1", {"app_user_id": "x" * 255}).status_code == 200


def test_customers_are_listed_newest_first_in_pages(box: Box) -> None:
    made = [
        box.lean.post("/customers/v1", {"app_user_id": f"user {n}"}).json()["customer_id"]
        for n in range(3)
    ]
    pages = [box.lean.get(f"/customers/v1?page_number={n}&page_size=2").json() for n in (0, 1)]
    total = box.lean.get("/customers/v1").json()["page"]["total_elements"]
    rows = [row["customer_id"] for page in pages for row in page["data"]]

    assert rows[:3] == made[::-1]
    assert pages[1]["page"] == {
        "number": 1,
        "size": 2,
        "total_elements": total,
        "total_pages": -(-total // 2),
        "sort": None,
    }


@pytest.mark.parametrize("query", ["page_number=-1", "page_size=0", "page_size=x"])
def test_a_bad_page(box: Box, query: str) -> None:
    field = query.replace("=", ", value: ")

    assert error(box.lean.get(f"/customers/v1?{query}")) == (400, "INVALID_PARAMETERS", field)


@pytest.mark.parametrize(
    "path", ["{}", "{}/entities", "{}/destinations", "{}/payment-sources", "app-user-id/{}"]
)
def test_an_unknown_customer(box: Box, path: str) -> None:
    answer = box.lean.get(f"/customers/v1/{path.format(NOBODY)}")

    assert (answer.status_code, answer.json()["status"]) == (404, "UNKNOWN_CUSTOMER")


def test_a_customer_is_updated_and_stays_as_it_was(box: Box) -> None:
    before = box.lean.get(f"/customers/v1/{PAYER}").json()
    body = {"government_identifiers": [{"type": "EMIRATES_ID", "value": "784-1990-1234567-1"}]}
    answer = box.lean.put(f"/customers/v1/{PAYER}/", body)

    assert (answer.status_code, answer.json()) == (200, before)
    body["government_identifiers"][0]["type"] = "PASSPORT"
    refused = error(box.lean.put(f"/customers/v1/{PAYER}", body))
    assert refused[1:] == (
        "INVALID_PARAMETERS",
        "government_identifiers->[0]->type, value: PASSPORT",
    )
    assert error(box.lean.put(f"/customers/v1/{NOBODY}", {}))[:2] == (404, "UNKNOWN_CUSTOMER")


def test_each_source_of_a_customer_has_an_entity_that_all_calls_agree_about(box: Box) -> None:
    (source,) = sources(box, PAYER)
    (entity,) = box.lean.get(f"/customers/v1/{PAYER}/entities").json()

    keys = "id customer_id bank_identifier permissions bank_type created_at consents"
    assert list(entity) == keys.split()
    assert (entity["customer_id"], entity["bank_identifier"]) == (PAYER, source["bank_identifier"])
    assert [name for name, granted in entity["permissions"].items() if granted] == [
        "identity",
        "accounts",
        "balance",
        "transactions",
    ]
    assert (entity["bank_type"], entity["consents"]) == ("RETAIL", [])
    path = f"/customers/v1/{PAYER}/entities/{entity['id']}"
    assert box.lean.get(path).json() == entity
    other = box.lean.get(f"/customers/v1/{NEW}/entities/{entity['id']}")
    assert error(other)[:2] == (404, "UNKNOWN_ENTITY")
    box.lean.delete(
        f"/customers/v1/{PAYER}/payment-sources/{source['id']}", body={"reason": "TPP_REQUESTED"}
    )
    assert error(box.lean.get(path))[:2] == (404, "UNKNOWN_ENTITY")


def test_all_entities_are_listed_by_days_or_by_customer_deleted_ones_too(box: Box) -> None:
    (entity,) = box.lean.get(f"/customers/v1/{PAYER}/entities").json()
    path = f"/customers/v1/{PAYER}/entities/{entity['id']}"
    assert box.lean.delete(path, body={"reason": "USER_REQUESTED"}).json() == {}
    page = box.lean.get(f"/customers/v1/entities?customer_id={PAYER}").json()
    (row,) = page["data"]
    now = box.admin.get("/clock").json()["now"]

    assert page["page"] == {
        "number": 0,
        "size": 100,
        "total_elements": 1,
        "total_pages": 1,
        "sort": None,
    }
    keys = "id customer_id bank_identifier permissions bank_type created_at consents"
    assert list(row) == [*keys.split(), "status", "updated_at"]
    assert (row["id"], row["status"], row["updated_at"]) == (entity["id"], "DELETED", now)
    assert error(box.lean.delete(path))[:2] == (404, "UNKNOWN_ENTITY")
    assert len(sources(box, PAYER)) == 1
    box.payment()
    days = f"/customers/v1/entities?start_date={now[:10]}&end_date={now[:10]}"
    assert [row["status"] for row in box.lean.get(days).json()["data"]] == ["ACTIVE"]


@pytest.mark.parametrize(
    ("query", "word", "field"),
    [
        ("", "MISSING_PARAMETERS", "start_date"),
        ("start_date=2026-05-01", "MISSING_PARAMETERS", "end_date"),
        ("start_date=2026-05-01&end_date=2026-05-14", "INVALID_PARAMETERS", "end_date"),
        ("start_date=2026-05-13&end_date=2026-05-12", "INVALID_PARAMETERS", "end_date"),
        ("start_date=May&end_date=2026-05-12", "INVALID_PARAMETERS", "start_date"),
        (f"customer_id={PAYER}&page_size=101", "INVALID_PARAMETERS", "page_size"),
    ],
)
def test_entities_are_asked_for_by_days_that_have_begun(
    box: Box, query: str, word: str, field: str
) -> None:
    refused = error(box.lean.get(f"/customers/v1/entities?{query}"))

    assert (refused[1], refused[2].split(",")[0]) == (word, field)


def test_answers_about_customers_have_a_content_security_policy(box: Box) -> None:
    for path, has in (
        ("/customers/v1", True),
        (f"/customers/v1/{NOBODY}", False),
        ("/banks/v1", False),
    ):
        assert ("content-security-policy" in box.lean.get(path).headers) is has


# Sources ----------------------------------------------------------------------------------------


def test_a_source_agrees_with_the_payments_that_came_from_it(box: Box) -> None:
    payment = box.lean.get(f"/payments/v1/{RECONCILED}").json()
    (source,) = sources(box, PAYER)
    (account,) = source["accounts"]
    (beneficiary,) = source["beneficiaries"]

    assert source["id"] == payment["payment_source_id"]
    assert source["customer_id"] == PAYER
    assert {
        "account_number": account["account_number"],
        "iban": account["iban"],
        "name": account["account_name"],
    } == payment["sender_details"]
    assert beneficiary["payment_destination_id"] == DEFAULT
    refund = box.lean_refund(RECONCILED).json()[0]
    assert refund["beneficiary"]["account_id"] == account["account_id"]
    path = f"/customers/v1/{PAYER}/payment-sources/{source['id']}"
    assert box.lean.get(path).json() == source


def test_the_next_payment_comes_from_the_same_source_if_that_has_its_currency(box: Box) -> None:
    first = pay(box, customer_id=NEW)
    again = pay(box, customer_id=NEW)
    other = pay(box, customer_id=NEW, currency="USD")

    assert again["payment_source_id"] == first["payment_source_id"]
    assert again["sender_details"] == first["sender_details"]
    assert other["payment_source_id"] != first["payment_source_id"]
    assert [source["id"] for source in sources(box, NEW)] == [
        other["payment_source_id"],
        first["payment_source_id"],
    ]


def test_a_deleted_source_is_gone_and_the_next_payment_makes_another(box: Box) -> None:
    (source,) = sources(box, PAYER)
    path = f"/customers/v1/{PAYER}/payment-sources/{source['id']}"
    answer = box.lean.delete(path, body={"reason": "USER_REQUESTED"})

    assert (answer.status_code, answer.content) == (200, b"{}")
    assert sources(box, PAYER) == []
    for method in ("GET", "DELETE"):
        answer = box.lean.call(method, path, {"reason": "USER_REQUESTED"})
        assert (answer.status_code, answer.json()["status"]) == (404, "UNKNOWN_PAYMENT_SOURCE")
    payment = box.lean.get(f"/payments/v1/{RECONCILED}").json()
    assert payment["payment_source_id"] == source["id"]
    assert pay(box, customer_id=PAYER)["payment_source_id"] != source["id"]


def test_a_source_is_deleted_for_the_merchants_own_reasons_too(box: Box) -> None:
    (source,) = sources(box, PAYER)
    path = f"/customers/v1/{PAYER}/payment-sources/{source['id']}"

    assert box.lean.delete(path).json()["message"].endswith("field: body, value: null")
    assert box.lean.delete(path, body={"reason": "TPP_REQUESTED"}).status_code == 200
    assert sources(box, PAYER) == []


@pytest.mark.parametrize("body", [None, {}, [], {"reason": None}, {"reason": "ON_A_WHIM"}])
def test_a_source_is_not_deleted_without_the_reason(box: Box, body: Any) -> None:
    before = sources(box, PAYER)
    path = f"/customers/v1/{PAYER}/payment-sources/{before[0]['id']}"

    assert error(box.lean.delete(path, body=body))[0] == 400
    assert sources(box, PAYER) == before


def test_a_source_is_nobody_elses(box: Box) -> None:
    (source,) = sources(box, PAYER)
    for customer, status in ((NEW, "UNKNOWN_PAYMENT_SOURCE"), (NOBODY, "UNKNOWN_CUSTOMER")):
        answer = box.lean.get(f"/customers/v1/{customer}/payment-sources/{source['id']}")
        assert (answer.status_code, answer.json()["status"]) == (404, status)
