"""Where webhooks may go."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.app import create_app
from sandbox.engine.webhooks.endpoints import Address, BadAddress, check_url
from sandbox.http.request_guard import ADMIN
from sandbox.settings import BadSetting, Settings, from_environment
from tests.kit import Box, frozen, serving
from tests.receiver import Receiver
from tests.webhooks.calls import deliveries, lahza_refund


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.5"),
        *("[::1]", "[fd00::5]", "[::ffff:10.0.0.1]", "localhost", "app", "api.localhost"),
        *("host.docker.internal", "mac.local", "app.test", "box.lan"),
    ],
)
def test_near_hosts_may_have_webhooks(host: str) -> None:
    check_url(f"http://{host}:3000/hooks?a=/_sandbox/reset", (), ADMIN)
    check_url(f"https://{host}", (), ADMIN)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://169.254.169.254/latest",
            "http://[2001:db8::1]/",
        ),
        *("http://[::ffff:8.8.8.8]/", "http://hooks.example.com/", "http://0.0.0.0/"),
        *("ftp://127.0.0.1/", "127.0.0.1:3000", "http://", "http:///x", "http://a:b@127.0.0.1/"),
        *(
            "http://127.0.0.1:99999/",
            "http://127.0.0.1/a b",
            "http://127.0.0.1/\r\nX: y",
            "",
            "http://[::1",
        ),
        "http://127.0.0.1/ü",
        *("http://[fd00:ec2::254]/", "http://[fd00:ec2::23]/v1", "http://[fd20:ce::254]/"),
        *("http://[fd00:c1::a9fe:a9fe]/opc", "http://[fe80::a9fe:a9fe]/"),
        *("http://[::ffff:169.254.169.254]/", "http://[::a9fe:a9fe]/", "http://100.100.100.200/"),
        *("http://[2002:a9fe:a9fe::]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[::]/"),
    ],
)
def test_other_addresses_are_refused(box: Box, url: str) -> None:
    answer = box.admin.put("/webhooks/lean", {"url": url})
    assert answer.status_code == 400
    assert answer.json()["field"] == "url"
    assert box.admin.get("/webhooks").json() == {"webhooks": []}


SELF = ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "box")


@pytest.mark.parametrize(
    "path",
    [
        *("/_sandbox", "/_sandbox/reset", "/w/other/_sandbox/reset?x=1", "//_sandbox///reset/"),
        *("/%5fsandbox/reset", "/_s%61ndbox/reset", "/%255Fsandbox/reset", "/w%2Fx%2F_sandbox"),
        *("/hooks/../_sandbox/reset", "/./_sandbox", "/behind/a/proxy/_sandbox/clock#x"),
    ],
)
def test_a_sandboxs_own_admin_api_gets_no_webhooks(box: Box, path: str) -> None:
    """By whichever name and port it is known."""
    port = urlsplit(box.url).port
    for host in (*(f"{name}:{port}" for name in SELF), "app:80"):
        answer = box.admin.put("/webhooks/lean", {"url": f"http://{host}{path}"})
        assert (answer.status_code, answer.json()["field"]) == (400, "url"), host
    with pytest.raises(BadSetting, match="SANDBOX_LEAN_WEBHOOK_URL: webhooks don't go below"):
        create_app(from_environment({"SANDBOX_LEAN_WEBHOOK_URL": f"http://app{path}"}))


def test_a_webhook_to_a_call_of_a_providers_does_nothing(box: Box) -> None:
    box.admin.put("/webhooks/lahza", {"url": f"{box.url}/refund"})
    lahza_refund(box)
    [delivery] = deliveries(box)

    assert [attempt["status"] for attempt in delivery["attempts"]] == [401]


@given(st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    for url in (text, f"http://{text}", f"http://127.0.0.1/{text}"):
        with suppress(BadAddress):
            check_url(url, (), ADMIN)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": 5}, "url"),
        ({"url": "http://127.0.0.1/", "events": []}, "events"),
        ({"url": "http://127.0.0.1/", "events": ["refund.gone"]}, "events[0]"),
        ({"url": "http://127.0.0.1/", "secret": ""}, "secret"),
        ({"url": "http://127.0.0.1/", "domain": "test"}, "domain"),
    ],
)
def test_a_bad_key_is_named(box: Box, body: dict[str, Any], field: str) -> None:
    answer = box.admin.put("/webhooks/lean", body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_provider_that_is_none(box: Box) -> None:
    answer = box.admin.put("/webhooks/stripe", {"url": "http://127.0.0.1/"})
    assert answer.status_code == 404
    assert "lean, lahza" in answer.json()["detail"]


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "::ffff:169.254.169.254"],
)
def test_a_name_that_leads_elsewhere_is_not_called(
    box: Box, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """What a name stands for is looked at when it is called."""
    found = [(2, 1, 6, "", (address, 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    answer = box.admin.put("/webhooks/lahza", {"url": "http://sneaky.test/"})
    assert answer.json()["probe"]["error"] == "the host's address is neither loopback nor private"


def test_from_the_environment_they_outlive_a_reset(receiver: Receiver) -> None:
    environment = {
        "SANDBOX_LAHZA_WEBHOOK_URL": receiver.url,
        "SANDBOX_LAHZA_WEBHOOK_SECRET": "s",
        "SANDBOX_LAHZA_LIVE_WEBHOOK_URL": "http://hooks.example.com/",
        "SANDBOX_LEAN_WEBHOOK_URL": "https://app.internal/lean",
        "SANDBOX_LEAN_WEBHOOK_EVENTS": "payment.created, payment.updated",
        "SANDBOX_WEBHOOK_HOSTS": "Hooks.example.com, x",
        "SANDBOX_SETTINGS": '{"webhook_timeout": "300ms"}',
    }
    settings = from_environment(environment)._replace(start=frozen("2027-01-01T00:00:00Z").start)
    with serving(settings) as box:
        shown = box.admin.get("/webhooks").json()["webhooks"]
        box.admin.post("/reset", {"mode": "frozen"})
        lahza_refund(box)

        assert box.admin.get("/webhooks").json()["webhooks"] == shown
        assert {(w["provider"], w["domain"], w["url"]) for w in shown} == {
            ("lahza", "test", receiver.url),
            ("lahza", "live", "http://hooks.example.com/"),
            ("lean", None, "https://app.internal/lean"),
        }
        assert [d["status"] for d in deliveries(box)] == ["delivered"]
        assert box.admin.get("/settings").json()["webhook_timeout"] == "300ms"


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"SANDBOX_LEAN_WEBHOOK_URL": "http://8.8.8.8"}, "SANDBOX_WEBHOOK_HOSTS"),
        ({"SANDBOX_LEAN_WEBHOOK_SECRET": "s"}, "SANDBOX_LEAN_WEBHOOK_URL is missing"),
        (
            {"SANDBOX_STRIPE_WEBHOOK_URL": "http://127.0.0.1"},
            "STRIPE_WEBHOOK_URL: there is no such",
        ),
        ({"SANDBOX_LEAN_LIVE_WEBHOOK_URL": "http://127.0.0.1"}, "mean `SANDBOX_LAHZA_LIVE_WEB"),
        (
            {
                "SANDBOX_LEAN_WEBHOOK_URL": "http://127.0.0.1",
                "SANDBOX_LEAN_WEBHOOK_EVENTS": "refund.failed",
            },
            "refund.failed",
        ),
        ({"SANDBOX_SETTINGS": '{"webhook_timeout": "1h"}'}, "webhook_timeout"),
        ({"SANDBOX_SETTINGS": '{"webhook_dispatch": null}'}, "SETTINGS: webhook_dispatch: valid"),
        ({"SANDBOX_WEBHOOK_DISPATCH": "later"}, "WEBHOOK_DISPATCH: valid: after_answer"),
    ],
)
def test_what_a_server_is_not_started_with(environment: dict[str, str], reason: str) -> None:
    with pytest.raises(BadSetting, match=reason):
        create_app(from_environment(environment))


@pytest.fixture(name="timeouts")
def _timeouts(box: Box) -> Callable[[object], Any]:
    def change(value: object) -> Any:
        answer = box.admin.patch("/settings", {"webhook_timeout": value})
        return answer.json().get("webhook_timeout") if answer.ok else answer.status_code

    return change


def test_how_long_a_receiver_may_take_is_a_setting(
    box: Box, timeouts: Callable[[object], Any]
) -> None:
    assert timeouts("250ms") == "250ms"
    assert timeouts(3) == "3s"
    assert timeouts(None) == "2s"
    wrong: list[object] = ["2m", 0, "soon", True, []]
    assert [timeouts(value) for value in wrong] == [400] * 5
    box.admin.put("/clock", {"mode": "realtime"})
    assert box.admin.get("/settings").json()["webhook_timeout"] == "10s"


def test_an_address_is_what_settings_say() -> None:
    assert Settings().webhooks == {}
    assert Address("http://x").events is None
