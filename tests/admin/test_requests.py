"""The journal: what the sandbox saw and what it answered, with secrets struck out."""

from typing import Any

import pytest

from sandbox.engine.journal import MOST_BYTES, MOST_ENTRIES, Entry, Journal
from sandbox.settings import Settings
from tests.kit import Box, serving


def seen(box: Box, query: str = "") -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = box.admin.get(f"/requests{query}").json()["requests"]
    return requests


def test_a_request_and_its_answer(box: Box) -> None:
    answer = box.lahza.post("/refund?x=1", {"transaction": "fixture-success", "amount": 1.5})
    [entry] = seen(box)

    assert entry.pop("duration_ms") >= 0
    headers = entry.pop("headers")
    assert entry == {
        "id": 1,
        "at": "2026-05-13T11:50:42.625199Z",
        "provider": "lahza",
        "method": "POST",
        "path": "/refund",
        "query": "x=1",
        "body": {"transaction": "fixture-success", "amount": 1.5},
        "status": 400,
        "response": answer.json(),
        "scenario": None,
    }
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == "***"


def test_secrets_are_struck_out_everywhere(box: Box) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "id=hush"}
    form["Proxy-Authorization"] = "Basic hush"
    body = b"client_id=app&client_secret=hush&grant_type=client_credentials&scope=api"
    token = box.anyone.post("/oauth2/token", body, headers=form).json()["access_token"]
    box.anyone.get("/payouts/refunds", headers={"Authorization": f"Bearer {token}"})
    box.anyone.get("/payouts/refunds", headers={"lean-app-token": "hush"})
    text = box.admin.get("/requests").text

    assert token not in text
    assert "hush" not in text
    [issued] = seen(box, "?path=/oauth2/token")
    assert issued["body"]["client_id"] == "app"
    assert issued["body"]["client_secret"] == issued["response"]["access_token"] == "***"
    assert len(seen(box, "?body.client_id=app")) == 1
    assert seen(box, "?body.client_secret=hush") == []


def test_of_an_authorization_the_facts_are_shown(box: Box) -> None:
    told = box.lahza.get("/transaction/verify/fixture-success").json()["data"]["authorization"]
    [entry] = seen(box)

    assert told["authorization_code"] != "***"
    assert entry["response"]["data"]["authorization"] == {**told, "authorization_code": "***"}


JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=X"}
PART = b'--X\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\nhush\r\n--X--\r\n'


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, b'{"client_secret":"hush"}'),
        (JSON, b'[{"deeper":{"Client_Secret":"hush"}}]'),
        (JSON, b'{"client_secret":"hush"'),
        (JSON, b'{"client_secret":"hush","rest":"' + b"x" * 70_000 + b'"}'),
        (FORM, b"client_secret=hush&client_secret=hush"),
        (FORM, b"client-id=app&client_secret=hush"),
        (FORM, b"client_secret=hush&rest=" + b"x" * 70_000),
        (MULTIPART, PART),
    ],
    ids="json deep unfinished cut-json repeated odd-name cut-form multipart".split(),
)
def test_secrets_are_struck_out_of_bodies_that_can_not_be_read_too(
    box: Box, headers: dict[str, str], body: bytes
) -> None:
    """A client's mistake, or a body too long to be kept whole, lets no secret through."""
    assert box.anyone.post("/oauth2/token", body, headers=headers).status_code == 400

    assert "hush" not in box.admin.get("/requests").text


def test_secrets_are_struck_out_of_queries(box: Box) -> None:
    box.anyone.post("/oauth2/token?client_id=app&client_secret=hush&scope=api")
    box.anyone.get("/payouts/refunds?access_token=hush")

    assert "hush" not in box.admin.get("/requests").text


def test_filters(box: Box) -> None:
    box.lahza.get("/refund/3018201")
    box.lahza.get("/refund/nothing")
    box.lean.get("/payouts/refunds")
    box.anyone.get("/nowhere")

    def paths(query: str) -> list[str]:
        return [entry["path"] for entry in seen(box, query)]

    everything = ["/nowhere", "/payouts/refunds", "/refund/nothing", "/refund/3018201"]
    assert paths("") == everything
    assert paths("?provider=lahza") == everything[2:]
    assert paths("?status=404") == ["/nowhere", "/refund/nothing"]
    assert paths("?path=/refund/*&limit=1") == ["/refund/nothing"]
    assert paths("?path=/payouts/refunds/") == ["/payouts/refunds"]
    assert box.admin.delete("/requests").json() == {"requests": [], "dropped": 0}
    assert paths("") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"limit={'9' * 30}", 1),
        ("body.1.amount=35.0", 1),
        ("body.amount=35", 1),
        ("body.2.amount=35", 0),
        (f"body.{'1' * 5000}=35", 0),
        ("body.amount=sNaN", 0),
        ("body.new=true", 1),
        ("body.new=1", 0),
        ("body.note=null", 1),
        ("body.amount=true", 0),
    ],
)
def test_filters_by_what_is_in_a_list_and_by_numbers_of_any_size(
    box: Box, query: str, found: int
) -> None:
    box.lean.post("/payouts/refunds", [{"amount": 1, "new": True, "note": None}, {"amount": 35}])

    assert len(seen(box, f"?{query}")) == found


def test_filters_by_the_worlds_time(box: Box) -> None:
    for _ in range(3):
        box.lahza.get("/refund")
        box.advance("1h")
    third, second, first = (entry["at"] for entry in seen(box))

    def times(query: str) -> list[str]:
        return [entry["at"] for entry in seen(box, query)]

    assert times(f"?since={second}") == [third, second]
    assert times(f"?until={second}") == [first]
    assert times(f"?since={second}&until={third}") == [second]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?provider=stripe", "provider"),
        ("?limit=0", "limit"),
        ("?status=ok", "status"),
        ("?verb=GET", "verb"),
        ("?since=today", "since"),
    ],
)
def test_a_bad_filter(box: Box, query: str, field: str) -> None:
    answer = box.admin.get(f"/requests{query}")

    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_the_scenario_that_answered_is_named(box: Box) -> None:
    box.on("rate-limited", times=1)
    for _ in range(2):
        box.lahza.get("/refund")
    box.lahza.get("/refund", scenario="refund-stuck")

    assert [entry["scenario"] for entry in seen(box)] == ["refund-stuck", None, "rate-limited"]


def test_the_journal_is_bounded_by_number_and_bytes() -> None:
    journal = Journal()
    body = b"x" * 60_000

    def entry(number: int) -> Entry:
        return Entry(number, 0, None, "GET", "/", "", (), body, 200, b"", None, 0)

    for _ in range(MOST_ENTRIES + 100):
        journal.record(entry)
    other = journal.copy()
    other.record(entry)
    for one, seen in ((journal, MOST_ENTRIES + 100), (other, MOST_ENTRIES + 101)):
        kept = list(one.newest_first())
        assert kept[0].id == seen
        assert len(kept) + one.dropped == seen
        assert 0 < MOST_BYTES - sum(each.size for each in kept) < kept[0].size
    journal.clear()
    for _ in range(200):
        journal.record(entry)
    assert (len(list(journal.newest_first())), journal.dropped) == (200, 0)


def test_headers_count_as_well(box: Box) -> None:
    for _ in range(100):
        box.lahza.get("/refund", headers={"X-Long": "x" * 200_000})

    assert box.admin.get("/requests").json()["dropped"] > 0


@pytest.mark.slow
def test_what_had_to_go_is_counted(box: Box) -> None:
    """64 KiB are kept of a body, and 16 MiB of all; so 300 of these are too many."""
    body = b'"' + b"x" * 70_000 + b'"'
    for _ in range(300):
        box.lahza.post("/refund", body)
    answer = box.admin.get("/requests").json()

    assert len(answer["requests"]) + answer["dropped"] == 300
    assert answer["requests"][0]["id"] == 300
    assert 230 < len(answer["requests"]) < 256
    assert {len(entry["body"]) for entry in answer["requests"]} == {65_536}


def test_the_admin_api_wants_its_token_when_one_is_set() -> None:
    with serving(Settings(admin_token="secret")) as box:
        for headers, http in (
            ({}, 401),
            ({"Authorization": "Bearer guess"}, 401),
            ({"Authorization": "Bearer sécret".encode("latin-1").decode("latin-1")}, 401),
            ({"Authorization": "Bearer secret"}, 200),
        ):
            for path in ("/health", "/clock", "/fixtures"):
                answer = box.admin.get(path, headers=headers)
                assert answer.status_code == http
        assert box.admin.post("/lean/payments").status_code == 401
        assert box.lahza.get("/refund").status_code == 200
