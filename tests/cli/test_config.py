"""What a server is started with: variables, a configuration file, and what messages name."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from sandbox.cli import main
from sandbox.settings import Given, made_of
from tests.conftest import ROOT
from tests.examples.documents import page
from tests.kit import Box
from tests.test_server import refused as not_started
from tests.test_server import started, url_in

KEY = {"Authorization": "Bearer sk_test_me"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without any file, in an environment without any variable of ours."""
    for name in os.environ:
        if name.startswith("SANDBOX_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def call(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, words, env=environment, prog_name="x")


def refused(*words: str, **environment: str) -> str:
    """Why it will not start: a line, below the usage where that was wrong."""
    result = call(*words, **environment)
    assert (result.exit_code, result.stdout) in ((1, ""), (2, "")), result.output
    assert result.exit_code == 2 or result.stderr.count("\n") == 1
    return result.stderr.splitlines()[-1].removeprefix("Error: ")


def said(*words: str, **environment: str) -> dict[str, Any]:
    """What holds, by name: its value, and where it comes from."""
    result = call("config", "--json", *words, **environment)
    assert result.exit_code == 0, result.output
    return {name: (row["value"], row["from"]) for name, row in json.loads(result.stdout).items()}


# Variables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("SANDBOX_LAHZA_WEBHOOK", "SANDBOX_LAHZA_WEBHOOK_URL"),
        ("SANDBOX_PROT", "SANDBOX_PORT"),
        ("SANDBOX_CONFG", "SANDBOX_CONFIG"),
        ("SANDBOX_LAHZA_KEY", "SANDBOX_LAHZA_SECRET_KEY"),
        ("SANDBOX_LEAN_CLIENTID", "SANDBOX_LEAN_CLIENT_ID"),
    ],
)
def test_a_variable_that_is_none_is_refused_with_the_one_that_was_meant(
    variable: str, meant: str
) -> None:
    reason = f"{variable}: there is no such variable; did you mean `{meant}`?"
    assert refused("serve", **{variable: "x"}) == reason
    assert refused("config", **{variable: "x"}) == reason
    assert call("config", **{variable: ""}).exit_code == 0


def test_a_variable_that_is_like_none_is_refused_with_all() -> None:
    assert "valid: SANDBOX_HOST, SANDBOX_PORT, " in refused("serve", SANDBOX_XYZZY_QUUX="1")


def test_what_kubernetes_sets_is_left_alone() -> None:
    pod = {
        "SANDBOX_PORT": "tcp://10.0.0.7:80",
        "SANDBOX_PORT_80_TCP": "tcp://10.0.0.7:80",
        "SANDBOX_PORT_80_TCP_PROTO": "tcp",
        "SANDBOX_PORT_80_TCP_PORT": "80",
        "SANDBOX_PORT_80_TCP_ADDR": "10.0.0.7",
        "SANDBOX_SERVICE_HOST": "10.0.0.7",
        "SANDBOX_SERVICE_PORT": "80",
        "SANDBOX_SERVICE_PORT_HTTP": "80",
        "SANDBOX_SHOP_PORT": "tcp://10.0.0.8:80",
        "SANDBOX_SHOP_SERVICE_HOST": "10.0.0.8",
    }
    assert said(**pod)["port"] == said()["port"]
    assert "SANDBOX_PORT is 'http://x'" in refused("serve", SANDBOX_PORT="http://x")


@pytest.mark.parametrize("name", ["SANDBOX_ADMIN_TOKEN", "SANDBOX_LAHZA_SECRET_KEY"])
def test_a_credential_that_no_header_can_carry_is_refused_and_not_shown(name: str) -> None:
    for value in ("s3cret\n", "sécret"):
        reason = f"{name} must be printable ASCII, as it is sent in a header"
        assert refused("serve", **{name: value}) == reason
    for value in ("sk_test_me ", " sk_test_me"):
        reason = f"{name} has white space at an end, which no header can carry"
        assert refused("serve", **{name: value}) == reason


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("pk_test_me", "is a public key, which opens nothing: set the secret one"),
        ("me", "must begin with sk_test_ or sk_live_, and have at most 255 characters"),
        ("sk_test_", "must begin with sk_test_ or sk_live_"),
    ],
)
def test_a_key_that_nobody_could_call_with_is_refused_and_not_shown(key: str, reason: str) -> None:
    said = refused("serve", SANDBOX_LAHZA_SECRET_KEY=key)
    assert said.startswith(f"SANDBOX_LAHZA_SECRET_KEY {reason}")
    assert " me" not in said


@pytest.mark.parametrize(
    "host",
    ["http://0.0.0.0", "0.0.0.0:8426", "[::1", "::1]", "a b", "-x", "[127.0.0.1]", "fe80::%"],
)
def test_a_host_that_is_none_is_refused(host: str) -> None:
    reason = f"SANDBOX_HOST is {host!r}; it must be an address or a name alone, such as 127.0.0.1,"
    assert refused("serve", SANDBOX_HOST=host).startswith(reason)


def test_a_host_that_is_not_here_is_refused_in_one_line() -> None:
    for host in ("nosuchhost.invalid", "256.1.1.1"):
        said = refused("serve", "--host", host, "--port", "0")
        assert said.startswith(f"can't listen on {host}:0: ")
        assert said.endswith("; say another --port or --host")


def test_white_space_and_brackets_around_a_host_do_not_count() -> None:
    hosts = {" 127.0.0.1": "127.0.0.1", "[::1]": "::1", "::": "::", "localhost": "localhost"}
    for given, host in hosts.items():
        assert made_of({"host": Given(given, "SANDBOX_HOST")}).host == host


# The file -----------------------------------------------------------------------------------------


def test_an_option_wins_over_a_variable_and_that_over_the_file(folder: Path) -> None:
    """Whichever it is, a message names it."""
    (folder / "refund-sandbox.toml").write_text('rate = 0\nport = 1\nclock = "frozen"\n')
    assert refused("serve").startswith("refund-sandbox.toml: rate is 0; it must be")
    assert refused("serve", SANDBOX_RATE="x").startswith("SANDBOX_RATE is 'x'; it must be")
    assert refused("serve", "--rate", "y", SANDBOX_RATE="x").startswith("--rate is 'y'; it must")

    holds = said(SANDBOX_RATE="2", SANDBOX_ADMIN_TOKEN="hush", SANDBOX_LEAN_CLIENT_SECRET="hush")
    assert holds["rate"] == ("2", "SANDBOX_RATE")
    assert holds["port"] == (1, "refund-sandbox.toml: port")
    assert holds["worlds"] == ("500", "default")
    assert holds["admin_token"] == ("***", "SANDBOX_ADMIN_TOKEN")
    holds = said(SANDBOX_RATE="2", SANDBOX_LEAN_WEBHOOK_URL="http://127.0.0.1:9/hooks?hush")
    assert holds["lean_webhook_url"][0] == "http://127.0.0.1:9/hooks?***"
    told = call("config", SANDBOX_LEAN_CLIENT_SECRET="hush", SANDBOX_RATE="2").stdout
    assert re.search(r"^rate +SANDBOX_RATE +2$", told, re.MULTILINE)
    assert "hush" not in told


def test_where_the_file_may_be(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "refund-sandbox"\n')
    assert said()["port"][1] == "default"
    (folder / "pyproject.toml").write_text("[tool.refund-sandbox]\nport = 1\n")
    assert said()["port"] == (1, "pyproject.toml: tool.refund-sandbox.port")
    (folder / "refund-sandbox.toml").write_text("port = 2\n")
    assert said()["port"] == (2, "refund-sandbox.toml: port")
    (folder / "other").mkdir()
    (folder / "other" / "mine.toml").write_text('port = 3\nscenarios = "none"')
    assert refused("config", "--config", "other/mine.toml").startswith("other/none: there is no")
    (folder / "other" / "none").mkdir()
    assert said(SANDBOX_CONFIG="other/mine.toml")["port"] == (3, "other/mine.toml: port")
    assert said("--config", "pyproject.toml", SANDBOX_CONFIG="no")["port"][0] == 1
    assert refused("serve", "--config", "no.toml").startswith("no.toml: can't be read: ")
    (folder / "pyproject.toml").write_text("tool = {refund-sandbox = {port = 4}}")
    assert said("--config", "pyproject.toml")["port"][0] == 4
    (folder / "refund-sandbox.toml").unlink()
    assert said()["port"][0] == 4
    (folder / "pyproject.toml").write_text("tool.refund-sandbox = 1")
    assert refused("config") == "pyproject.toml: tool.refund-sandbox must be a table"
    (folder / "pyproject.toml").write_text("[tool.refund_sandbox]\nport = 1")
    assert refused("config") == (
        "pyproject.toml: tool.refund_sandbox: there is no such table; "
        "did you mean `tool.refund-sandbox`?"
    )
    (folder / "pyproject.toml").write_text("")
    reason = "pyproject.toml: there is no table tool.refund-sandbox"
    assert refused("serve", "--config", "pyproject.toml") == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("port = 1\nport = 2\n", ":2: not TOML"),
        ("hosts = [\n", ":2: not TOML"),
        ("\nport = \xff", ":2: not UTF-8"),
        ("prot = 1", ": prot: there is no such key; did you mean `port`?"),
        (
            "webhook-hosts = 'x'",
            ": webhook-hosts: there is no such key; did you mean `webhook_hosts`?",
        ),
        ("port = [1]", ": port must be one value"),
        ("port = true", ": port is true; it must be a number from 0 to 65535"),
        ("hosts = [1]", ": hosts must be a list of texts"),
        ("fixtures = [1]", ": fixtures must be a list of texts"),
        ("rate = nan", ": nan is no number that can be used"),
        ("watch = 'yes'", ": watch is 'yes'; valid: on, off"),
        ("now = 2027-01-01", ": now is '2027-01-01': not an ISO 8601 time"),
        ("settings = 1", ": settings must be a table like"),
        ("settings.lean.nothing = 1", ": settings: lean.nothing: there is no such key"),
        ("lean_webhook_url = 'x'", ": lean_webhook_url: not a URL"),
        ("lean_webhook_secret = 'x'", ": lean_webhook_secret"),
        ("start = 1", ": start must be a table"),
        ("start.payment = []", ": start.payment: there is no such key; did you mean `payments`?"),
        ("start.payments = [1]", ": start.payments must be a list of tables"),
        ("start.scenarios.x = true", ": start.scenarios must be a table"),
        ("start.snapshot = 1", ": start.snapshot must be a name"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_its_key(
    folder: Path, text: str, reason: str
) -> None:
    (folder / "refund-sandbox.toml").write_bytes(text.encode("latin-1"))
    assert reason in refused("config")
    assert "refund-sandbox.toml" in refused("config")


START: Mapping[str, str] = {
    "[[start.payments]]\namount = 1": "start.payments[0].provider: valid: lean, lahza",
    "[[start.payments]]\nprovider = 'lahza'\nammount = 1": "start.payments[0]: ammount: there is",
    "[[start.payments]]\nprovider = 'lean'\namount = 1.234": "start.payments[0]: amount: more dec",
    "start.scenarios.refund-failed = {}": "start.scenarios.refund-failed: there is no scenario",
    "start.scenarios.rate-limited = {tims = 1}": "start.scenarios.rate-limited: parameters.tims",
    "start.snapshot = '-'": "start.snapshot: ",
}


@pytest.mark.parametrize("text", START)
def test_config_finds_out_whether_the_sandbox_refuses_what_is_to_be_done_at_the_start(
    folder: Path, text: str
) -> None:
    (folder / "refund-sandbox.toml").write_text(f"admin_token = 'hush'\n{text}\n")
    assert f"refund-sandbox.toml: {START[text]}" in refused("config")


@pytest.mark.slow
@pytest.mark.parametrize("text", START)
def test_what_the_sandbox_refuses_to_do_at_the_start_ends_it(folder: Path, text: str) -> None:
    """Also where webhooks of what has been done are under way."""
    paid = "[[start.payments]]\nprovider = 'lahza'\n" if text.startswith("start.s") else ""
    hook = "port = 0\nlahza_webhook_url = 'http://127.0.0.1:9'"
    (folder / "refund-sandbox.toml").write_text(f"{hook}\n{text}\n{paid}")
    assert f"refund-sandbox.toml: {START[text]}" in not_started()


def test_the_file_in_the_documents_starts_what_it_says(folder: Path) -> None:
    [text] = re.findall(r"```toml\n(.*?)```", page("docs/command-line.md"), re.DOTALL)
    (folder / "refund-sandbox.toml").write_text(text)
    with started("--host", "0.0.0.0") as (_, banner):
        url = url_in(banner)
        assert "Webhooks  lean → nowhere (collected), lahza → http://127.0.0.1:3000" in banner
        assert (
            "Config  refund-sandbox.toml: payments: 2, refund-fails is on, rate-limited is on, "
            in banner
        )
        clock = requests.get(f"{url}/_sandbox/clock", timeout=30).json()
        assert (clock["mode"], clock["now"][:10]) == ("frozen", "2027-01-01")
        settings = requests.get(f"{url}/_sandbox/settings", timeout=30).json()
        assert settings["lean"]["pending_after"] == "5s"
        paid = requests.get(f"{url}/transaction/verify/order-1", headers=KEY, timeout=30)
        assert paid.status_code == 429
        on = requests.get(f"{url}/_sandbox/scenarios/rate-limited", timeout=30).json()
        assert (on["enabled"], on["parameters"]["times"]) == (True, 2)
        assert requests.post(f"{url}/_sandbox/reset", timeout=30).ok
        paid = requests.get(f"{url}/transaction/verify/order-1", headers=KEY, timeout=30)
        assert paid.status_code == 400
        kept = requests.post(f"{url}/_sandbox/snapshots/stocked/restore", timeout=30)
        assert kept.ok, kept.text
        assert requests.delete(f"{url}/_sandbox/scenarios/rate-limited", timeout=30).ok
        paid = requests.get(f"{url}/transaction/verify/order-1", headers=KEY, timeout=30)
        assert paid.json()["data"]["amount"] == 5000


def test_the_other_commands_find_the_server_of_the_file(folder: Path, box: Box) -> None:
    port = box.url.rpartition(":")[2]
    (folder / "refund-sandbox.toml").write_text(f"port = {port}")
    assert call("health").exit_code == 0
    assert call("health", SANDBOX_PORT="9").exit_code == 3
    (folder / "refund-sandbox.toml").write_text("port = ")
    assert refused("health") == "refund-sandbox.toml:1: not TOML"


def test_a_start_without_a_file_reads_no_toml(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    script = "import sys; from sandbox.cli.config_file import find; find(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "tomllib" not in run.stdout.split()


# Messages about options ---------------------------------------------------------------------------


def test_a_message_names_the_option_that_was_typed(box: Box) -> None:
    port = box.url.rpartition(":")[2]
    lahza = "--webhook lahza: not a URL such as http://127.0.0.1:3000/webhooks"
    assert refused("serve", "--webhook", "lahza=example.com") == lahza
    assert refused("serve", "--webhook-secret", "lahza.live=x") == (
        "--webhook lahza.live=URL is missing, beside --webhook-secret lahza.live"
    )
    reason = "--webhook paypal: there is no such provider or domain; valid: lean, lahza, lahza.live"
    assert refused("serve", "--webhook", "paypal=http://127.0.0.1:3000") == reason
    events = ["--webhook", "lean=http://127.0.0.1:3000", "--webhook-events", "lean=refund.failed"]
    assert refused("serve", *events).startswith(
        "--webhook-events lean: there is no event refund.failed; valid: "
    )
    assert refused("serve", "--webhook", "lean=https://example.com").endswith(
        "name it in --webhook-hosts or SANDBOX_WEBHOOK_HOSTS"
    )
    assert refused("serve", "--port", port).endswith("; say another --port")
    assert refused("serve", SANDBOX_PORT=port).endswith("; say another SANDBOX_PORT")


def test_a_command_that_is_none_is_told_the_one_that_was_meant() -> None:
    assert refused("scenario") == "No such command 'scenario'. Did you mean 'scenarios'?"


def test_an_option_before_the_command_is_told_its_place(box: Box) -> None:
    for words in (["--url", box.url, "clock"], [f"--url={box.url}", "clock"], ["--json", "clock"]):
        reason = refused(*words)
        option = words[0].partition("=")[0]
        assert reason == f"{option} stands behind the command: x clock {option}"
    assert refused("--url", box.url).startswith("--url stands behind a command")


@pytest.mark.parametrize("below", ["/_sandbox", "/_sandbox/", "/w/shop/_sandbox"])
def test_the_address_of_the_admin_api_will_do(box: Box, below: str) -> None:
    assert call("clock", "--url", box.url + below).exit_code == 0


def test_an_outcome_may_be_said_in_any_capitals(box: Box) -> None:
    words = ["settle", "--url", box.url, "lahza", "3018202", "FAILED"]
    assert call(*words).stdout == "refund 3018202 is failed\n"
    assert box.lahza_status(3018202) == "failed"
    refund = box.lean_refund(box.payment()).json()[0]["refund_id"]
    assert call("settle", "--url", box.url, "lean", refund, "accepted_by_bank").exit_code == 0
    assert box.lean_status(refund) == "ACCEPTED_BY_BANK"


def test_a_wrong_value_is_told_in_the_same_words_as_elsewhere(box: Box) -> None:
    assert refused("serve", "--clock", "on").endswith("'--clock': valid: realtime, frozen")
    assert refused("serve", SANDBOX_CLOCK="on").endswith("'on'; valid: realtime, frozen")
    assert refused("requests", "--limit", "x").endswith("'--limit': must be a whole number")
    assert refused("requests", "--url", box.url, "--limit", "0") == "limit: must be at least 1"
    assert refused("clock", "run", "--rate", "x").endswith("'--rate': must be a number")
