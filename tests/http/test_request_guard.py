"""No foreign web page comes in, and no request for another host."""

from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from tests.kit import LAHZA, LEAN, Box, serving

EVIL = "http://evil.example"
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Origin": EVIL},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": EVIL, "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none", "Sec-Purpose": "prefetch"},
    {"Sec-Fetch-Site": "none", "Sec-Purpose": "prefetch;prerender"},
]
STEERING = [
    ("POST", "/reset"),
    ("POST", "/clock/advance"),
    ("POST", "/seed"),
    ("PUT", "/scenarios/rate-limited"),
    ("POST", "/lahza/refunds/3018201/settle"),
    ("GET", "/requests"),
    ("GET", "/nothing"),
]
BODIES = {"/clock/advance": {"by": "1d"}, "/seed": {"payments": 3}}
VISIT = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
EMBEDDED = {**VISIT, "Sec-Fetch-Dest": "iframe"}


def ask(box: Box, path: str, headers: dict[str, str], method: str = "GET", **rest: Any) -> Any:
    return requests.request(method, box.url + path, headers=headers, timeout=30, **rest)


def state(box: Box) -> list[Any]:
    """All that a call of the admin API could have changed."""
    paths = ("/clock", "/scenarios", "/requests", "/settings", "/webhooks", "/worlds")
    asked = {path: box.admin.get(path).json() for path in paths}
    asked["/worlds"] = [world["name"] for world in asked["/worlds"]["worlds"]]
    return [asked, box.lahza.get("/refund").json(), box.lean.get("/payouts/refunds").json()]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_page_of_another_site_steers_nothing(box: Box, headers: dict[str, str]) -> None:
    before = state(box)
    box.admin.delete("/requests")
    for method, path in STEERING:
        for world in ("", "/w/forged"):
            answer = ask(box, f"{world}/_sandbox{path}", headers, method, json=BODIES.get(path, {}))
            assert answer.status_code == 403, path
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert state(box) == before


SITELESS = [{"Origin": EVIL}, {"Origin": "null"}, {"Origin": EVIL, "Upgrade": "websocket"}]
"""Browsers tell no site of WebSockets, nor where they do not trust the address that is called."""


@pytest.mark.parametrize(
    "headers", [FOREIGN[0], FOREIGN[1], *FOREIGN[-2:], EMBEDDED, *SITELESS], ids=str
)
@pytest.mark.parametrize(
    ("method", "path", "credentials"),
    [("POST", "/refund", LAHZA), ("GET", "/payouts/refunds", LEAN), ("POST", "/checkout/x", {})],
)
def test_a_page_of_another_site_calls_no_provider(
    box: Box, method: str, path: str, credentials: dict[str, str], headers: dict[str, str]
) -> None:
    answer = ask(box, path, {**credentials, **headers}, method, json={})
    assert answer.status_code == 403
    assert box.admin.get("/requests").json()["requests"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://{host}"},
        {"Origin": "https://{host}"},
    ],
    ids=str,
)
def test_clients_and_the_sandboxs_own_pages_may_steer(box: Box, headers: dict[str, str]) -> None:
    host = box.url.partition("://")[2]
    sent = {name: value.format(host=host) for name, value in headers.items()}
    assert ask(box, "/_sandbox/clock/advance", sent, "POST", json={"by": "1m"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/_sandbox", 200),
        ("/_sandbox/openapi", 200),
        ("/w/a/_sandbox/openapi", 200),
        ("/checkout/none", 404),
        ("/_sandbox/openapi/lean.json", 403),
        ("/_sandbox/requests", 403),
    ],
)
def test_a_link_of_another_site_leads_to_pages_alone(box: Box, path: str, status: int) -> None:
    assert ask(box, path, VISIT).status_code == status
    assert ask(box, path, {**VISIT, "Sec-Fetch-Dest": "image"}).status_code == 403


OURS = (
    "127.0.0.1 127.0.0.1:8426 10.1.2.3 192.0.2.7 [::1]:8426 [fd00::2] localhost LOCALHOST:1 "
    "localhost. sandbox refund_sandbox:8426 shop.localhost pay.local host.docker.internal "
    "pay.test router.lan named.example other.example:80 pay.example.com"
).split()
THEIRS = (
    "evil.example evil.example:8426 evil.example. localhost.evil.example 127.0.0.1.evil.example "
    "named.example.evil.example evil-localhost.example [::1].evil.example [localhost] "
    "0.0.0.0 0.0.0.0:8426 [::] [::ffff:127.0.0.1]:8426 [::ffff:7f00:1] "
    "a@127.0.0.1 127.0.0.1/x 127.0.0.1:port 127.0.0.1,evil.example xn--e1afmkfd.example <script>"
).split()
THEIRS.append("a" * 261)


@pytest.fixture(scope="module")
def named() -> Any:
    """A sandbox that has names of its own."""
    settings = Settings(
        hosts=frozenset({"named.example", "other.example"}),
        public_url="https://pay.example.com/base",
        admin_token="let-me-in",
    )
    with serving(settings) as box:
        yield box


@pytest.mark.parametrize("host", OURS)
def test_the_sandbox_answers_at_its_own_and_at_private_names(named: Box, host: str) -> None:
    assert ask(named, "/refund", {"Host": host, **LAHZA}).status_code == 200
    assert ask(named, "/_sandbox/clock", {"Host": host}).status_code == 401


@pytest.mark.parametrize("host", THEIRS)
def test_a_name_of_somebody_elses_is_not_answered(named: Box, host: str) -> None:
    for path in ("/refund", "/_sandbox/requests", "/w/a/_sandbox/openapi", "/"):
        answer = ask(named, path, {"Host": host, **LAHZA})
        assert answer.status_code == 421
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "SANDBOX_HOSTS" in answer.json()["detail"]


def test_what_is_not_answered_is_seen_by_no_world(box: Box) -> None:
    ask(box, "/w/rebound/refund", {"Host": "evil.example", **LAHZA})
    ask(box, "/refund", {"Host": "evil.example", **LAHZA})
    assert box.admin.get("/requests").json()["requests"] == []
    worlds = [world["name"] for world in box.admin.get("/worlds").json()["worlds"]]
    assert "rebound" not in worlds


def test_any_name_will_do_where_a_star_says_so() -> None:
    with serving(Settings(hosts=frozenset("*"))) as box:
        assert ask(box, "/refund", {"Host": "evil.example", **LAHZA}).status_code == 200


def test_an_address_that_browsers_do_not_trust_will_do_where_it_is_named() -> None:
    with serving(Settings(hosts=frozenset({"0.0.0.0"}))) as box:
        assert ask(box, "/refund", {"Host": "0.0.0.0:8426", **LAHZA}).status_code == 200


def test_the_address_in_browsers_is_the_sandboxs_own(named: Box) -> None:
    sent = {"Authorization": "Bearer let-me-in", "Host": "named.example"}
    for origin, status in (("https://pay.example.com", 200), ("https://other.example", 403)):
        answer = ask(named, "/_sandbox/clock", {**sent, "Origin": origin})
        assert answer.status_code == status
