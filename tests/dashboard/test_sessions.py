"""Who may come in, where an admin token is set and where none is."""

import re
from collections.abc import Iterator

import pytest
import requests

from sandbox.settings import Settings
from tests.dashboard.visiting import HOME, Visitor
from tests.kit import Box, frozen, serving

TOKEN = "only-for-this-test"
VISIT = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def closed(token: str = TOKEN) -> Settings:
    return frozen("2027-01-01T09:00:00Z", admin_token=token)


@pytest.fixture(scope="module")
def locked() -> Iterator[Box]:
    """A sandbox with an admin token."""
    with serving(closed()) as box:
        yield box


def log_in(visitor: Visitor, token: str = TOKEN, to: str = "") -> requests.Response:
    return visitor.session.post(
        f"{visitor.url}{HOME}/login", {"admin_token": token, "to": to}, timeout=30
    )


def worlds(box: Box) -> list[str]:
    asked = box.admin.get("/worlds", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    return [world["name"] for world in asked["worlds"]]


@pytest.mark.parametrize("world", ["", "/w/unseen"])
@pytest.mark.parametrize(
    "path", ["", "world/time", "world/requests", "world/worlds", "live", "choose", "nothing"]
)
def test_without_the_token_nothing_is_shown_done_or_made(
    locked: Box, world: str, path: str
) -> None:
    stranger = Visitor(locked.url + world)
    shown = stranger.get(path)
    sent = stranger.session.post(f"{stranger.url}{HOME}/{path}", {"move": "day", "token": "x"})

    for answer in (shown, sent):
        assert answer.status_code == 401
        assert "Admin token" in answer.text
        assert "2027" not in answer.text
        assert not answer.cookies
    assert "unseen" not in worlds(locked)


def test_the_token_lets_in_and_the_cookie_is_for_this_site_alone(locked: Box) -> None:
    visitor = Visitor(locked.url)
    wrong = log_in(visitor, "wrong")
    assert wrong.status_code == 401
    assert "That is not the admin token." in wrong.text
    assert not visitor.session.cookies
    right = log_in(visitor, to="world/requests")
    assert right.url == f"{locked.url}{HOME}/world/requests"
    (cookie,) = right.history[0].headers["Set-Cookie"].split("\n")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert visitor.send("world/time", move="day").status_code == 200
    assert locked.admin.get("/clock").status_code == 401
    assert visitor.session.get(f"{locked.url}/_sandbox/clock").status_code == 401
    visitor.see("world/time")
    assert Visitor(f"{locked.url}/w/mine").get().status_code == 401
    assert visitor.session.get(f"{locked.url}/w/mine{HOME}").status_code == 200
    assert "mine" in worlds(locked)


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "..//evil.example"])
def test_logging_in_leads_nowhere_else(locked: Box, to: str) -> None:
    assert log_in(Visitor(locked.url), to=to).url.startswith(f"{locked.url}{HOME}")


def test_logging_out_ends_it(locked: Box) -> None:
    visitor = Visitor(locked.url)
    log_in(visitor)
    assert "Log out" in visitor.see("world/time")
    assert log_in(visitor).url == f"{locked.url}{HOME}/lean/payments"
    left = visitor.send("log-out")

    assert left.status_code == 401
    assert visitor.get("world/time").status_code == 401


def test_where_there_is_no_token_nobody_logs_out(box: Box) -> None:
    assert "Log out" not in Visitor(box.url).see("world/time")


def test_a_cookie_is_good_for_no_other_token_and_no_other_server(locked: Box) -> None:
    visitor = Visitor(locked.url)
    log_in(visitor)
    ((name, value),) = visitor.session.cookies.items()
    for settings in (closed("another"), Settings()):
        with serving(settings) as other:
            port = other.url.rpartition(":")[2]
            cookies = {f"sandbox_session_{port}": value, name: value}
            moved = requests.post(
                f"{other.url}{HOME}/world/time",
                {"move": "day", "token": token_of(visitor)},
                cookies=cookies,
                timeout=30,
            )
            assert moved.status_code in (401, 403)


def token_of(visitor: Visitor) -> str:
    match = re.search(r'name="token" value="([^"]+)"', visitor.see("world/time"))
    assert match is not None
    return match[1]


@pytest.mark.parametrize("value", ["", ".", "x", "x.", ".x", "x.ä", "x.y.z", "0" * 5000])
def test_a_cookie_that_was_not_signed_here_is_none(locked: Box, value: str) -> None:
    port = locked.url.rpartition(":")[2]
    headers = {"Cookie": f"sandbox_session_{port}={value}".encode()}
    assert requests.get(f"{locked.url}{HOME}/world/time", headers=headers).status_code == 401


def test_a_forms_token_is_good_for_its_own_session_alone(box: Box) -> None:
    one, other = Visitor(box.url), Visitor(box.url)
    other.see("world/time")
    refused = other.session.post(
        f"{box.url}{HOME}/world/time", {"move": "day", "token": token_of(one)}
    )

    assert refused.status_code == 403


def test_two_sandboxes_on_one_host_keep_their_sessions_apart(box: Box) -> None:
    visitor = Visitor(box.url)
    token = token_of(visitor)
    with serving(Settings()) as other:
        visitor.session.get(f"{other.url}{HOME}/world/time")
        sent = visitor.session.post(f"{box.url}{HOME}/world/time", {"move": "day", "token": token})
    assert sent.status_code == 200


def test_a_link_of_another_site_leads_on_and_makes_no_world(locked: Box) -> None:
    visitor = Visitor(locked.url)
    log_in(visitor)
    for world in ("", "/w/linked"):
        led = requests.get(f"{locked.url}{world}{HOME}", headers=VISIT, timeout=30)
        assert led.status_code == 200
        assert not led.cookies
        assert f'url={world}{HOME}/lean/payments"' in led.text
        deeper = requests.get(f"{locked.url}{world}{HOME}/world/time", headers=VISIT, timeout=30)
        assert deeper.status_code == 403
    with_cookie = visitor.session.get(f"{locked.url}/w/linked{HOME}", headers=VISIT)
    assert with_cookie.status_code == 200
    assert "linked" not in worlds(locked)


def test_the_log_holds_nothing_that_was_typed_into_a_form(locked: Box) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    last = locked.admin.get("/log", headers=bearer).json()["last"]
    visitor = Visitor(locked.url)
    log_in(visitor, "a-wrong-guess")
    log_in(visitor)
    fields = {"provider": "lean", "domain": "", "do": "set", "secret": "typed-secret"}
    visitor.send("world/webhooks/address", **fields, url="http://127.0.0.1:9/?k=typed-secret")
    told = locked.admin.get(f"/log?after={last}&bodies=true", headers=bearer)

    assert [line["path"] for line in told.json()["lines"]] == [
        f"{HOME}/login",
        f"{HOME}/login",
        f"{HOME}/world/webhooks/address",
    ]
    for secret in (TOKEN, "a-wrong-guess", "typed-secret"):
        assert secret not in told.text
