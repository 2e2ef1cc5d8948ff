"""`compare` and `record`: what they refuse, what they ask, what they print and keep."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from sandbox.app import PROVIDERS
from sandbox.cli import main
from sandbox.cli.compare import secret_names
from sandbox.compare.proxy import Proxy, Route
from sandbox.compare.recordings import Recorder, read
from sandbox.compare.redaction import Redactor
from sandbox.compare.sides import Refused, Target, mode_of, require_test_mode
from tests.compare.altered import Altered, altered
from tests.conftest import NOW
from tests.kit import Box, frozen, serving

SECRETS = {
    "LEAN_CLIENT_ID": "my-client-id",
    "LEAN_CLIENT_SECRET": "my-client-secret",
    "LAHZA_SECRET_KEY": "sk_test_my_own_key",
}
PEOPLE = ("Fatima", "Haddad", "fatima@example.ps", "AE070331234567890123456", "shop-user-77")
SCRIPT = """
provider: lean
title: A customer and a destination
steps:
  - name: customer
    method: POST
    path: /customers/v1/
    json: {app_user_id: "shop-user-77-{unique}"}
    save: {customer: customer_id}
  - name: by name
    path: /customers/v1/app-user-id/shop-user-77-{unique}
  - name: destination
    method: POST
    path: /payments/v1/destinations
    json:
      name: Fatima Haddad
      display_name: Fatima
      address: 1 Creek Road
      city: Dubai
      country: ARE
      iban: AE070331234567890123456
      customer_id: "{customer}"
    save: {destination: id}
    equal: [name]
  - name: read
    path: /payments/v1/destinations/{destination}
  - name: refused
    method: POST
    path: /payments/v1/destinations
    json: {name: Fatima, display_name: Fatima, address: A, city: B, country: ARE, iban: none}
"""


def call(*words: str, **environment: str) -> Result:
    result = CliRunner().invoke(main, words, env={**SECRETS, **environment}, prog_name="x")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def other() -> Iterator[Altered]:
    with serving(frozen(NOW)) as behind, altered(behind.url) as made:
        yield made


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "people.yaml"
    file.write_text(SCRIPT)
    return str(file)


# Safety -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", [each.name for each in PROVIDERS])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://api2.leantech.me", "is production"),
        ("https://API.leantech.me.", "is production"),
        ("https://leantech.me:443/x", "is production"),
        ("https://notsandbox.leantech.me", "is production"),
        ("http://sandbox.leantech.me", "by https alone"),
        ("ftp://sandbox.leantech.me", "is no address like"),
        ("https://", "is no address like"),
        ("https://me:secret@sandbox.leantech.me", "is no address like"),
        ("https://sandbox.leantech.me?key=sk_live_x", "that is a live key"),
    ],
)
def test_addresses_that_are_no_test_mode_are_refused(
    provider: str, url: str, reason: str, tmp_path: Path
) -> None:
    if reason == "is production" and provider != "lean":
        pytest.skip("the hosts are Lean's")
    for words in (["compare"], ["record", "--to", str(tmp_path / "kept")]):
        refused = call(*words, f"--{provider}", url)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert reason in refused.stderr
        assert "secret" not in refused.stderr
    assert not (tmp_path / "kept").exists()


def test_test_modes_are_not_refused() -> None:
    lean, lahza = (mode_of(each) for each in PROVIDERS)
    require_test_mode(lean, "https://sandbox.leantech.me")
    require_test_mode(lean, "https://auth.sandbox.leantech.me")
    require_test_mode(lahza, "https://api.lahza.io", "sk_test_x")
    with pytest.raises(Refused, match="live key"):
        require_test_mode(lahza, "https://api.lahza.io", "pk_live_x")


def test_live_keys_are_refused_before_anything_is_called(other: Altered) -> None:
    for words, environment in (
        ((), {"LAHZA_SECRET_KEY": "sk_live_x"}),
        (("--set", "transaction=sk_live_x"), {}),
    ):
        refused = call("compare", "--lahza", other.url, "--yes", *words, **environment)
        assert (refused.exit_code, "live key" in refused.stderr) == (1, True)
    assert other.calls == []


def test_nothing_is_written_where_nobody_can_be_asked(other: Altered, script: str) -> None:
    refused = call("compare", script, "--lean", other.url)

    assert refused.exit_code == 1
    assert "3 calls write at" in refused.stderr
    assert "people: POST /customers/v1/" in refused.stderr
    assert "nobody can be asked here: --yes lets them write" in refused.stderr
    assert other.calls == []


# What it says and keeps -------------------------------------------------------------------------


def test_two_that_are_the_same_and_two_that_are_not(other: Altered, script: str) -> None:
    same = call("compare", script, "--lean", other.url, "--yes", "--strict")
    assert (same.exit_code, same.stdout) == (
        0,
        "people: A customer and a destination\n5 calls: no difference\n",
    )
    other.alter = lambda path, answer: answer._replace(
        body=answer.body.replace(b'"Fatima Haddad"', b'"Fatima El Haddad"')
    )
    told = call("compare", script, "--lean", other.url, "--yes")
    assert (told.exit_code, told.stdout.splitlines()[1:]) == (
        0,
        [
            "  destination (POST /payments/v1/destinations): value at name",
            "    sandbox   Struck Out-1",
            "    provider  Struck Out-2",
            "5 calls: 1 differences",
        ],
    )
    assert call("compare", script, "--lean", other.url, "--yes", "--strict").exit_code == 1
    answer = json.loads(call("compare", script, "--lean", other.url, "--yes", "--json").stdout)
    (difference,) = answer["differences"]
    assert (answer["calls"], difference["kind"], difference["place"]) == (5, "value", "name")


def test_nobodys_secrets_or_names_are_printed_or_kept_and_a_recording_can_be_compared(
    other: Altered, script: str, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    words = ("compare", script, "--lean", other.url, "--yes", "--record", str(kept))
    printed = call(*words)
    files = sorted(kept.iterdir())
    everything = printed.output + "".join(file.name + file.read_text() for file in files)

    assert printed.exit_code == 0
    assert len(files) == 5
    for hidden in (*SECRETS.values(), *PEOPLE):
        assert hidden not in everything, hidden
    replayed = call("compare", "--recorded", str(kept), "--strict")
    assert replayed.stdout == "lean: 5 recorded calls\n5 calls: no difference\n"


def test_a_script_whose_needs_are_not_named_is_left_out(other: Altered) -> None:
    told = call("compare", "--lahza", other.url, "--yes").stdout
    assert "lahza-refunds: left out; it needs --set transaction=…: a transaction that" in told


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["compare"], "say which test mode: --lean or --lahza, or --recorded"),
        (["compare", "--lean", "http://127.0.0.1:1", "--recorded", "x"], "--recorded takes no"),
        (["compare", "--lean", "http://127.0.0.1:1", "--set", "a"], "a is not like payment_id=…"),
        (["compare", "nothing.yaml", "--lean", "http://127.0.0.1:1"], "nothing.yaml: "),
        (["compare", "--recorded", "nothing"], "nothing: there is no such folder"),
        (["compare", "--lean", "http://127.0.0.1:1", "--yes"], "no answer from 127.0.0.1:1: "),
        (["record", "--to", "x"], "say which test mode: --lean or --lahza"),
    ],
)
def test_what_can_not_be_is_refused_in_words(words: list[str], reason: str) -> None:
    refused = call(*words)
    assert refused.exit_code in (1, 2)
    assert reason in refused.stderr
    assert "Errno" not in refused.stderr


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "path": 7}'])
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "0001.json").write_text(text)
    refused = call("compare", "--recorded", str(tmp_path))
    assert refused.exit_code == 1
    assert "0001.json: this is no recorded call of format 1" in refused.stderr


# Recording an app -------------------------------------------------------------------------------


@pytest.fixture
def proxy(other: Altered, tmp_path: Path) -> Iterator[Proxy]:
    recorder = Recorder(tmp_path / "kept", Redactor((), secret_names()))
    target = Target(other.url, other.url, {})
    routes = [Route(each, mode_of(each), target) for each in PROVIDERS]
    made = Proxy(routes, recorder, lambda _: None, "127.0.0.1", 0)
    thread = threading.Thread(target=made.run)
    thread.start()
    yield made
    made.stop()
    thread.join(10)


def test_an_apps_calls_are_passed_on_as_they_are_and_kept(
    proxy: Proxy, other: Altered, tmp_path: Path
) -> None:
    app = Box(proxy.url)
    order = {"transaction": "fixture-success", "amount": 1534, "customer_note": "For Fatima"}
    made = app.lahza.post("/refund?x=a%2Fb", order)
    read_again = app.lahza.get(f"/refund/{made.json()['data']['id']}")
    token = {"client_id": "my-client-id", "client_secret": "my-client-secret"}
    token |= {"grant_type": "client_credentials", "scope": "api"}
    assert requests.post(f"{proxy.url}/oauth2/token", data=token).status_code == 200
    app.lean.get("/customers/v1/app-user-id/shop-user-77")

    assert (made.status_code, read_again.json()["data"]["amount"]) == (200, 1534)
    assert other.calls[0] == "POST /refund?x=a%2Fb"
    kept = tmp_path / "kept"
    pairs = list(read(kept))
    assert [pair.provider for pair in pairs] == ["lahza", "lahza", "lean", "lean"]
    everything = "".join(file.name + file.read_text() for file in kept.iterdir())
    for hidden in (*SECRETS.values(), *PEOPLE, "sk_test", "eyJ"):
        assert hidden not in everything, hidden
    replayed = call("compare", "--recorded", str(kept), "--strict")
    assert (replayed.exit_code, replayed.stdout.splitlines()[-1][:7]) == (0, "4 calls"), (
        replayed.output
    )


def test_live_keys_and_other_paths_are_not_passed_on(proxy: Proxy, other: Altered) -> None:
    key = {"Authorization": "Bearer sk_live_x"}
    live = requests.post(f"{proxy.url}/refund", json={"amount": 1}, headers=key)
    body = requests.post(f"{proxy.url}/refund", json={"key": "pk_live_x"})
    nobodys = requests.get(f"{proxy.url}/orders/7")

    assert (live.status_code, body.status_code, nobodys.status_code) == (403, 403, 404)
    assert "live key" in live.json()["detail"]
    assert nobodys.json()["detail"] == "neither lean nor lahza has /orders/7"
    assert other.calls == []


def test_a_test_mode_that_does_not_answer_is_told_so(tmp_path: Path) -> None:
    target = Target("http://127.0.0.1:1", "http://127.0.0.1:1", {})
    routes = [Route(PROVIDERS[1], mode_of(PROVIDERS[1]), target)]
    made = Proxy(routes, Recorder(tmp_path, Redactor((), ())), lambda _: None, "127.0.0.1", 0)
    answer, _ = made.pass_on("GET", "/refund", {}, b"")
    made.close()

    assert answer.status == 502
    assert "no answer from 127.0.0.1:1" in answer.body.decode()
