"""Hints beside refusals: where they stand, and those that are the same for any provider."""

import pytest
import requests

from sandbox.client import Sandbox
from sandbox.engine.provider.hints import LONGEST
from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND
from sandbox.settings import BadSetting, from_environment
from tests.kit import Box, serving

HEADER = "Sandbox-Hint"
REFUND = "1ea00000-0000-4000-a000-000000000001"


def hint(answer: requests.Response) -> str | None:
    return answer.headers.get(HEADER)


def test_a_plus_in_a_date_that_became_a_space_is_explained(box: Box) -> None:
    moment = "2026-05-13T11:00:00+04:00"
    right = "from=2026-05-13T11:00:00%2B04:00"
    for api, path in ((box.lean, "/payments/v1/intents"), (box.lahza, "/refund")):
        refused = api.get(f"{path}?from={moment}")
        assert refused.status_code == 400
        assert hint(refused) == f"a + in a query is a space: send {right}"
        assert api.get(f"{path}?{right}").status_code == 200
        assert hint(api.get(f"{path}?from=yesterday")) is None


# Paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "right", "more"),
    [
        ("/v1/refund", "/refund", "/v1"),
        ("/api/payouts/refunds", "/payouts/refunds", "/api"),
        ("/api/v2/transaction/verify/a", "/transaction/verify/a", "/api/v2"),
        ("/v1/refund/order-1", "/refund/order-1", "/v1"),
        ("/refunds", "/refund", None),
        ("/Refund", "/refund", None),
        ("/v1/refunds", "/refund", None),
        ("/transactions/verify/a", "/transaction/verify/a", None),
        ("/payout/refunds", "/payouts/refunds", None),
        (f"/payouts/refund/{REFUND}", f"/payouts/refunds/{REFUND}", None),
        ("/customers", "/customers/v1", None),
        ("/payments/v2/intents", "/payments/v1/intents", None),
        ("/oauth/token", "/oauth2/token", None),
    ],
)
def test_a_path_near_to_a_known_one_is_told_that_one(
    box: Box, path: str, right: str, more: str | None
) -> None:
    answer = box.anyone.get(path)
    said = f"did you mean {right}?"

    assert answer.status_code == 404
    assert hint(answer) == (f"{said} Set your base URL without {more}" if more else said)


@pytest.mark.parametrize(
    "path",
    [
        "/favicon.ico",
        "/orders",
        "/refund/order-1/again",
        "/refund/nobody",
        f"/payouts/refunds/{REFUND}",
        "/v1/" + "refund/" * 10,
        "/v1/refund/" + "x" * 200,
        "/_sandbox/request",
    ],
)
def test_one_that_is_far_from_all_or_leads_to_nothing_that_is_there_is_told_none(
    box: Box, path: str
) -> None:
    answer = (box.lean if path.startswith("/payouts") else box.lahza).get(path)
    assert (answer.status_code, hint(answer)) == (404, None)


# Retry-After ----------------------------------------------------------------------------------

TOO_SOON = "this call came again too soon: Retry-After said 30s the last time"


def test_a_call_that_ignores_retry_after_is_told_so_whatever_it_is_answered(box: Box) -> None:
    box.on("rate-limited", times=2, retry_after="30s")
    answers = [box.lahza_refund("fixture-success", amount=100) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [429, 429, 200, 200]
    assert [hint(answer) for answer in answers] == [None, TOO_SOON, TOO_SOON, None]


def test_a_call_that_waits_by_the_worlds_clock_is_not(box: Box) -> None:
    box.on("rate-limited", times=1, retry_after="30s")
    assert box.lahza_refund("fixture-success", amount=100).status_code == 429
    box.advance("30s")
    assert hint(box.lahza_refund("fixture-success", amount=100)) is None


def test_nor_one_that_waits_by_the_machines(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.on("provider-down", times=1, retry_after="30s")
    monkeypatch.setattr("sandbox.http.hints.elapsed", lambda: elapsed() - 31 * SECOND)
    assert box.lahza_refund("fixture-success", amount=100).status_code == 503
    assert hint(box.lahza_refund("fixture-success", amount=100)) is None


def test_nor_one_that_was_under_way_when_its_like_was_answered(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.on("rate-limited", times=1, retry_after="30s")
    monkeypatch.setattr("sandbox.http.hints.elapsed", lambda: elapsed() + 31 * SECOND)
    assert box.lahza_refund("fixture-success", amount=100).status_code == 429
    assert hint(box.lahza_refund("fixture-success", amount=100)) is None


def test_nor_another_call_nor_one_after_a_reset(box: Box) -> None:
    box.on("rate-limited", times=1, retry_after="30s")
    assert box.lahza_refund("fixture-success", amount=100).status_code == 429
    assert hint(box.lahza_refund("fixture-success", amount=101)) is None
    assert hint(box.lahza.get("/refund")) is None
    same = {"transaction": "fixture-success", "amount": 100}
    other = {"Authorization": "Bearer sk_test_other"}
    assert hint(box.lahza.post("/refund", same, headers=other)) is None
    box.admin.post("/reset")
    assert hint(box.lahza_refund("fixture-success", amount=100)) is None


# Where they stand -----------------------------------------------------------------------------


def test_the_body_stays_as_it_is_and_the_journal_has_the_hint_too(box: Box) -> None:
    answer = box.lahza.get("/v1/refund")
    said = "did you mean /refund? Set your base URL without /v1"
    with Sandbox(box.url) as sandbox:
        [entry] = sandbox.requests.all()
        told = sandbox.requests.told()

    assert answer.json() == {"status": False, "message": "Not found"}
    assert entry["hint"] == hint(answer) == said
    assert told.splitlines()[-1] == f"  hint      {said}"


def test_calls_are_told_apart_by_their_hints(box: Box) -> None:
    box.on("rate-limited", retry_after="30s")
    for _ in range(3):
        box.lahza.get("/refund")
    with Sandbox(box.url) as sandbox:
        told = sandbox.requests.told()
    assert told.count(f"  hint      {TOO_SOON}") == 1
    assert told.count("(2 times, until") == 1


def test_a_hint_is_one_line_of_printable_ascii(box: Box) -> None:
    answer = box.anyone.get("/v1/refund/%C3%A9%0D%0AX-Mine:%20{path}%7F")
    assert hint(answer) == "did you mean /refund/???X-Mine: {path}?? Set your base URL without /v1"
    answer = box.anyone.get("/" + "/".join(["é" * 9] * 9) + "/refunds")
    assert len(hint(answer) or "") <= LONGEST
    assert "X-Mine" not in answer.headers


def test_a_hint_holds_no_key_in_the_journal(box: Box) -> None:
    box.anyone.get("/v1/refund/sk_live_secret")
    [entry] = box.admin.get("/requests").json()["requests"]
    assert entry["hint"] == "did you mean /refund/*** Set your base URL without /v1"


def test_hints_can_be_switched_off() -> None:
    with serving(from_environment({"SANDBOX_HINTS": "off"})) as box:
        answer = box.anyone.get("/v1/refund")
        [entry] = box.admin.get("/requests").json()["requests"]
    assert (answer.status_code, hint(answer), entry["hint"]) == (404, None, None)
    assert from_environment({"SANDBOX_HINTS": "on"}).hints
    with pytest.raises(BadSetting, match=r"^SANDBOX_HINTS is 'no'; valid: on, off$"):
        from_environment({"SANDBOX_HINTS": "no"})
