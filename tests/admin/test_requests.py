"""The journal: what the sandbox saw and what it answered, with secrets struck out."""

import json
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

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
        "hint": "amounts are in minor units here: 150, not 1.5",
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
    assert issued["body"]["client_id"] == issued["body"]["client_secret"] == "***"
    assert issued["response"]["access_token"] == "***"
    assert len(seen(box, "?body.scope=api")) == 1
    assert seen(box, "?body.client_id=app") == []
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
        (FORM, b'{"client_secret":"hush"}'),
        (FORM, b"app[client_secret]=hush"),
        (MULTIPART, PART),
    ],
    ids="json deep unfinished cut repeated odd-name cut-form no-form inner multipart".split(),
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


@pytest.mark.parametrize("client", ["world-hush", "hush"])
def test_who_asks_for_a_token_is_struck_out_in_whichever_form(box: Box, client: str) -> None:
    """A key of the name that is elsewhere is a merchant's own, and no credential."""
    world = {"Sandbox-World": "hush"} if client == "world-hush" else {}
    for path, headers, body in (
        ("/oauth2/token/", FORM, f"client_id={client}&client_secret=s".encode()),
        ("/oauth2/token", JSON, f'{{"client_id":"{client}"}}'.encode()),
        ("/oauth2/token", JSON, f'{{"client_id":"{client}"'.encode()),
        (f"//oauth2/token?client_id={client}", FORM, b""),
    ):
        box.anyone.post(path, body, headers={**headers, **world})
    entries = box.admin.get("/requests", headers=world).json()["requests"]
    assert len(entries) == 4
    told = [(entry["path"], entry["query"], entry["body"]) for entry in entries]
    assert "hush" not in json.dumps(told)

    box.lean.post("/payments/v1/intents", {"metadata": {"client_id": "crm-7"}})
    assert len(seen(box, "?body.metadata.client_id=crm-7")) == 1


KEYS = ("sk_live_hush", "sk_test_world_hush", "sk_test_hush/hush+hush=")
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJodXNoIjoxfQ.hush-hush_hush"


@pytest.mark.parametrize("secret", [*KEYS, JWT, JWT[:30], "bearer  hush-hush-hush-1"])
def test_what_looks_like_a_credential_is_struck_out_wherever_it_stands(
    box: Box, secret: str
) -> None:
    """Whoever pastes it in the wrong place has it in no report."""
    box.lahza.get(f"/refund/{quote(secret, safe='')}")
    box.lahza.get(f"/refund?{urlencode({'secret_key': secret, secret: 1})}")
    box.lahza.get("/refund", headers={"X-Api-Key": secret, "Referer": f"http://a/?k={secret}"})
    body = {"api_key": secret, "note": ["my", {"deep": secret}], secret: 1, "amount": 1}
    box.lahza.post("/refund", body)
    box.lahza.post("/refund", urlencode(body).encode(), headers=FORM)
    box.lahza.post("/refund", b'"' + secret.encode() + b'"')
    text = box.admin.get("/requests").text

    for hidden in (secret, quote(secret, safe=""), quote_plus(secret), "hush"):
        assert hidden not in text
    assert len(seen(box, "?body.amount=1")) == 2


def test_a_value_that_is_a_bearer_token_and_nothing_else_is_struck_out(box: Box) -> None:
    """However short it is."""
    box.lahza.post("/refund", {"token": "Bearer hush"}, headers={"X-Auth": "bearer hush"})

    assert "hush" not in box.admin.get("/requests").text


def test_an_answer_that_repeats_a_credential_has_it_struck_out(box: Box) -> None:
    answer = box.anyone.get("/nowhere/sk_live_hush")
    assert "sk_live_hush" in answer.json()["detail"]

    assert "hush" not in box.admin.get("/requests").text


@pytest.mark.parametrize(
    "note",
    ["task_test_1", "the bearer of this note", "eyJ.a", "bearer", "a sk_test_ b", "pk_test_1"],
)
def test_what_merely_resembles_a_credential_is_shown(box: Box, note: str) -> None:
    box.lahza.post("/refund", {"note": note})

    assert seen(box)[0]["body"] == {"note": note}


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
    assert kept[1:] == list(journal.newest_first())
    journal.clear()
    for _ in range(200):
        journal.record(entry)
    assert (len(list(journal.newest_first())), journal.dropped) == (200, 0)


def test_a_journal_and_its_copies_together_stay_within_the_bytes() -> None:
    """As those of a world and its snapshots do; what a copy alone holds goes with it."""
    body = b"x" * 60_000

    def entry(number: int) -> Entry:
        return Entry(number, 0, None, "GET", "/", "", (), body, 200, b"", None, 0)

    first = Journal()
    for _ in range(20):
        first.record(entry)
    taken = list(first.newest_first())
    for _ in range(1000):
        restored = first.copy()
        for _ in range(20):
            restored.record(entry)
        assert [each.id for each in restored.newest_first()] == list(range(40, 0, -1))
        restored.close()
    assert list(first.newest_first()) == taken

    copies = [first.copy() for _ in range(20)]
    for copy in copies:
        for _ in range(20):
            copy.record(entry)
    held = {id(each): each for copy in [first, *copies] for each in copy.newest_first()}
    assert MOST_BYTES * 0.99 < sum(each.size for each in held.values()) <= MOST_BYTES
    assert (first.seen, first.dropped, list(first.newest_first())) == (20, 20, [])
    assert len(list(copies[-1].newest_first())) == 20
    restored.record(entry)
    assert list(restored.newest_first()) == []


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
