"""A world is named by the path, a header or the credentials; two that disagree are refused."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from tests.kit import LAHZA, LEAN, Box, serving

JSON = {"Content-Type": "application/json"}


def token(box: Box, client_id: str, **headers: str) -> requests.Response:
    form = {"grant_type": "client_credentials", "scope": "api", "client_secret": "s"}
    return requests.post(
        f"{box.url}/oauth2/token", data={**form, "client_id": client_id}, headers=headers
    )


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def by_token(box: Box) -> dict[str, str]:
    return bearer(token(box, "world-a").json()["access_token"])


WAYS: dict[str, tuple[str, str, Callable[[Box], dict[str, str]]]] = {
    "path": ("/w/a", "/payouts/refunds", lambda _: LEAN),
    "path of lahza": ("/w/a", "/refund", lambda _: LAHZA),
    "path of nobody": ("/w/a", "/nowhere", lambda _: {}),
    "doubled slashes": ("//w/a/", "/refund/", lambda _: LAHZA),
    "header": ("", "/payouts/refunds", lambda _: {**LEAN, "Sandbox-World": "a"}),
    "header of lahza": ("", "/refund", lambda _: {**LAHZA, "sandbox-world": "a"}),
    "test key": ("", "/refund", lambda _: bearer("sk_test_world_a")),
    "live key": ("", "/refund", lambda _: bearer("sk_live_world_a")),
    "app token": ("", "/payouts/refunds", lambda _: {"lean-app-token": "world-a"}),
    "bearer token": ("", "/payouts/refunds", by_token),
    "all that agree": (
        "/w/a",
        "/payouts/refunds",
        lambda box: {**by_token(box), "lean-app-token": "world-a", "Sandbox-World": "a"},
    ),
}


def seen(box: Box, world: str) -> list[tuple[str, int]]:
    """The requests that a world saw."""
    answer = requests.get(f"{box.url}/w/{world}/_sandbox/requests")
    return [(entry["path"], entry["status"]) for entry in answer.json()["requests"]]


@pytest.fixture
def fresh(box: Box) -> Box:
    """A server whose worlds `a` and `b` have not been used."""
    for name in "ab":
        requests.delete(f"{box.url}/_sandbox/worlds/{name}")
    return box


@pytest.mark.parametrize("way", WAYS)
def test_each_way_leads_into_the_world_and_into_no_other(fresh: Box, way: str) -> None:
    prefix, path, headers = WAYS[way]
    sent = headers(fresh)
    for world in ("a", "default"):
        requests.delete(f"{fresh.url}/w/{world}/_sandbox/requests")
    status = requests.get(fresh.url + prefix + path, headers=sent).status_code

    assert status == (404 if path == "/nowhere" else 200)
    assert seen(fresh, "a") == [(path.rstrip("/"), status)]
    assert seen(fresh, "default") == []


def test_a_client_that_asks_for_a_token_does_so_in_its_world(fresh: Box) -> None:
    assert token(fresh, "world-a").status_code == 200
    assert seen(fresh, "a") == [("/oauth2/token", 200)]
    assert seen(fresh, "default") == []


DISAGREEING: list[tuple[str, dict[str, str], str]] = [
    ("/w/a/refund", {**LAHZA, "Sandbox-World": "b"}, ": a by the path, b by the header"),
    ("/w/a/refund", bearer("sk_test_world_b"), ": a by the path, b by the credentials"),
    (
        "/refund",
        {**bearer("sk_test_world_b"), "Sandbox-World": "a"},
        ": a by the header, b by the cred",
    ),
    (
        "/w/a/payouts/refunds",
        {"lean-app-token": "world-b"},
        ": a by the path, b by the credentials",
    ),
    ("/w/default/refund", bearer("sk_test_world_b"), "default by the path"),
    ("/w/a/nowhere", {"Sandbox-World": "b"}, "b by the header"),
    ("/w/a/_sandbox/clock", {"Sandbox-World": "b"}, "b by the header"),
    ("/refund", {**LAHZA, "Sandbox-World": "no such"}, "'no such' names no world"),
    ("/refund", {**LAHZA, "Sandbox-World": "-a"}, "'-a' names no world"),
    ("/refund", bearer("sk_test_world_"), "'' names no world"),
    ("/w//refund", LAHZA, "'' names no world"),
    (f"/w/{'a' * 101}/refund", LAHZA, "names no world"),
    ("/w/%C3%A9/refund", LAHZA, "names no world"),
]


@pytest.mark.parametrize(("path", "headers", "reason"), DISAGREEING)
def test_what_names_two_worlds_or_none_is_refused_in_the_providers_form(
    fresh: Box, path: str, headers: dict[str, str], reason: str
) -> None:
    answer = requests.get(fresh.url + path, headers=headers)
    body: dict[str, Any] = answer.json()

    assert answer.status_code == 400
    if path.endswith("refunds"):
        assert list(body) == ["timestamp", "status", "message", "metadata"]
    elif path.endswith("refund"):
        assert (list(body), body["status"]) == (["status", "message"], False)
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
    message = body.get("message") or body["detail"]
    assert message.startswith("Sandbox-World: ")
    assert reason in message


@pytest.mark.parametrize("other", "bcdefgh")
def test_two_of_leans_own_credentials_can_disagree(fresh: Box, other: str) -> None:
    sent = {**by_token(fresh), "lean-app-token": f"world-{other}"}
    answer = requests.get(f"{fresh.url}/payouts/refunds", headers=sent)

    assert (answer.status_code, answer.json()["status"]) == (400, "INVALID_PARAMETERS")
    assert f": a by the credentials, {other} by the credentials" in answer.json()["message"]


def test_the_world_that_a_refused_request_names_first_knows_of_it(fresh: Box) -> None:
    requests.get(f"{fresh.url}/w/a/refund", headers=bearer("sk_test_world_b"))

    assert seen(fresh, "a") == [("/refund", 400)]
    assert seen(fresh, "b") == []


def test_credentials_that_are_not_accepted_name_no_world() -> None:
    ours = Settings(
        credentials={"lahza": {"secret_key": "sk_test_ours"}, "lean": {"client_id": "us"}}
    )
    with serving(ours) as box:
        for headers in (bearer("sk_test_world_a"), {"lean-app-token": "world-a"}):
            path = "/payouts/refunds" if "lean-app-token" in headers else "/refund"
            assert requests.get(box.url + path, headers=headers).status_code == 401
        assert token(box, "world-a").status_code == 401
        worlds = box.admin.get("/worlds").json()["worlds"]
        assert [world["name"] for world in worlds] == ["default"]
    with serving(Settings(credentials={"lahza": {"secret_key": "sk_test_world_a"}})) as box:
        assert requests.get(f"{box.url}/refund", headers=bearer("sk_test_world_a")).ok
        assert seen(box, "a") == [("/refund", 200)]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"client_id": "x" * 1_100_000}},
        {"files": {"client_id": (None, "x" * 600_000)}},
        {"files": {f"part{n}": (None, "x") for n in range(1500)}},
    ],
)
def test_a_form_that_is_too_large_is_refused(fresh: Box, sent: dict[str, Any]) -> None:
    answer = requests.post(f"{fresh.url}/oauth2/token", **sent)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize("by_key", [False, True])
def test_the_addresses_in_an_answer_lead_into_the_same_world(fresh: Box, by_key: bool) -> None:
    order = {"amount": 15000, "email": "payer@example.com"}
    base = fresh.url if by_key else f"{fresh.url}/w/a"
    key = bearer("sk_test_world_a" if by_key else "sk_test_me")
    started = requests.post(f"{base}/transaction/initialize", json=order, headers=key).json()
    page = started["data"]["authorization_url"]
    card = {"card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"}

    assert page.startswith(f"{fresh.url}/w/a/checkout/")
    assert requests.post(page, data=card).status_code == 200
    exported = requests.get(f"{base}/transaction/export", headers=key).json()["data"]["path"]
    assert exported.startswith(f"{fresh.url}/w/a/")
    assert started["data"]["reference"] in requests.get(exported, headers=key).text


def test_the_front_page_of_a_world_leads_to_its_own_admin_api(fresh: Box) -> None:
    assert 'href="/w/a/_sandbox/clock"' in requests.get(f"{fresh.url}/w/a").text
    assert 'href="/_sandbox/clock"' in requests.get(fresh.url).text
