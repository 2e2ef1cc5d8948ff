"""Pages: escaped, allowed no more than they need, and never taken for something else."""

from html.parser import HTMLParser
from typing import Any

import pytest
import requests

from sandbox.settings import Settings
from tests.kit import LAHZA, LEAN, Box, serving

ORDER = {"amount": 100, "email": "a@b.co"}


class Elements(HTMLParser):
    """The start tags of a page, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def policy_of(answer: requests.Response) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (part.partition(" ") for part in parts)}


def page_of(box: Box, **values: str) -> str:
    """The address of a checkout page."""
    answer = box.lahza.post("/transaction/initialize", {**ORDER, **values})
    return str(answer.json()["data"]["authorization_url"])


@pytest.mark.parametrize("token", [None, "let-me-in"])
@pytest.mark.parametrize("name", ["a<b", 'a"b', "a'b", "a&b", "a b", "-a", "a`b", "é"])
@pytest.mark.parametrize("path", ["/_sandbox/openapi", "/_sandbox/openapi/lean.json", "/_sandbox"])
def test_a_path_that_names_no_world_is_in_no_page(path: str, name: str, token: str | None) -> None:
    with serving(Settings(admin_token=token)) as box:
        answer = requests.get(f"{box.url}/w/{name}{path}", timeout=30)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_has_a_script_of_its_own_in_it(box: Box) -> None:
    for path in ("/", "/w/a.b/_sandbox", "/_sandbox/openapi", "/w/a.b/_sandbox/openapi"):
        answer = requests.get(box.url + path, timeout=30)
        for tag, attributes in Elements(answer.text).found:
            assert tag != "script" or attributes["src"].startswith(path)  # type: ignore[union-attr]
            assert not any(name.startswith("on") for name in attributes)
        assert "unsafe-inline" not in policy_of(answer).get("script-src", "")


def test_every_page_has_a_policy_that_lets_nobody_frame_it(box: Box) -> None:
    box.admin.post(
        "/scenarios",
        {
            "name": "html",
            "title": "A gateway's page",
            "provider": "lean",
            "about": "An error in HTML.",
            "script": [{"on": "request", "respond": {"status": 502, "body": "<h1>Bad</h1>"}}],
        },
    )
    back = page_of(box, callback_url="http://127.0.0.1:9/back")
    card = {"card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"}
    pages = [
        requests.get(box.url + path, timeout=30)
        for path in ("/", "/_sandbox", "/_sandbox/openapi", "/w/a", "/checkout/none")
    ]
    pages += [
        requests.get(page_of(box), timeout=30),
        requests.post(page_of(box), {"cvv": "x"}, timeout=30),
        requests.post(page_of(box), card, timeout=30),
        requests.post(page_of(box), {"action": "cancel"}, timeout=30),
        requests.post(back, card, timeout=30, allow_redirects=False),
        requests.get(f"{box.url}/banks/v1/", headers={**LEAN, "Sandbox-Scenario": "html"}),
    ]
    for page in pages:
        assert page.headers["Content-Type"] == "text/html; charset=utf-8", page.url
        policy = policy_of(page)
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert "form-action" in policy


@pytest.mark.parametrize(
    ("values", "targets"),
    [
        ({}, "'self' http: https:"),
        ({"callback_url": "https://shop.example/back"}, "'self' http: https:"),
        ({"callback_url": "myapp://paid"}, "'self' http: https: myapp:"),
    ],
)
def test_the_form_leads_to_the_shop_and_its_app_alone(
    box: Box, values: dict[str, str], targets: str
) -> None:
    answer = requests.get(page_of(box, **values), timeout=30)
    assert policy_of(answer)["form-action"] == targets


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/_sandbox/clock", {}, 200),
        ("/_sandbox/scenarios/none", {}, 404),
        ("/_sandbox/openapi/lean.json", {}, 200),
        ("/_sandbox/openapi/swagger-ui.css", {}, 200),
        ("/nobody", {}, 404),
        ("/refund", LAHZA, 200),
        ("/refund", {}, 401),
        ("/transaction/none", LAHZA, 400),
        ("/checkout/none", {}, 404),
        ("/refund", {**LAHZA, "Sandbox-Scenario": "provider-down"}, 503),
        ("/refund", {"Host": "evil.example"}, 421),
        ("/_sandbox/clock", {"Origin": "null"}, 403),
    ],
)
def test_no_answer_is_taken_for_another_kind(
    box: Box, path: str, headers: dict[str, Any], status: int
) -> None:
    answer = requests.get(box.url + path, headers=headers, timeout=30)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
