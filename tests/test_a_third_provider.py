"""A provider is one folder: what the sandbox does for any, it does for `tests/toy` as well."""

import ast
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from openapi_spec_validator import validate

from sandbox.app import PROVIDERS, create_app
from sandbox.cli import main
from sandbox.client import Refused, Sandbox
from sandbox.engine.provider.hints import Rule
from sandbox.server import running
from sandbox.settings import BadSetting, Settings, from_environment
from tests.kit import frozen
from tests.plugin.runs import passed, pytest_in, write
from tests.receiver import Receiver
from tests.toy.provider import VOUCHER

ROOT = Path(__file__).parents[1]
TOY = Path(__file__).parent / "toy"
NAMES = [provider.name for provider in PROVIDERS]
THREE = (*PROVIDERS, VOUCHER)
NOW = "2027-01-01T09:00:00Z"
KEY = {"Voucher-Key": "any"}


@contextmanager
def served(settings: Settings) -> Iterator[Sandbox]:
    """A server of three providers, on a free port."""
    with running(settings._replace(port=0), THREE) as server, Sandbox(server.url) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with served(frozen(NOW)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset()
    return server


def issued(sandbox: Sandbox, **headers: str) -> str:
    """A new voucher's id, by the provider's own API."""
    answer = requests.post(f"{sandbox.url}/vouchers", json={}, headers=KEY | headers, timeout=30)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def status(sandbox: Sandbox, voucher: str, **headers: str) -> str:
    answer = requests.get(f"{sandbox.url}/vouchers/{voucher}", headers=KEY | headers, timeout=30)
    return str(answer.json().get("status", answer.status_code))


# What the sandbox does for it ---------------------------------------------------------------------


def test_its_documents_go_from_state_to_state_as_the_clock_moves(sandbox: Sandbox) -> None:
    voucher = issued(sandbox)
    assert status(sandbox, voucher) == "issued"
    [event] = sandbox.clock.advance(days=1)["events"]
    assert (event["provider"], event["subject"], event["to"]) == ("voucher", voucher, "redeemed")
    assert status(sandbox, voucher) == "redeemed"
    sandbox.reset()
    assert status(sandbox, voucher) == "404"


def test_scenarios_redirect_them_and_answer_its_calls(sandbox: Sandbox) -> None:
    held, other = issued(sandbox, **{"Sandbox-Scenario": "voucher-expires"}), issued(sandbox)
    sandbox.clock.advance(days=1)
    assert (status(sandbox, held), status(sandbox, other)) == ("expired", "redeemed")
    with sandbox.scenario("voucher-expires", voucher="voucher.vouchers.gift"):
        other = issued(sandbox)
    sandbox.clock.advance(days=1)
    assert status(sandbox, other) == "redeemed"
    with sandbox.scenario("provider-down", provider="voucher"):
        assert status(sandbox, other) == "503"
        requests.get(f"{sandbox.url}/refund", headers=sandbox.lahza.headers, timeout=30)
    assert [entry["status"] for entry in sandbox.requests.all()][-2:] == [503, 200]


def test_its_outcomes_settings_and_fixtures_are_in_the_admin_api(sandbox: Sandbox) -> None:
    gift = {"id": "gift", "amount": 2500, "about": ""}
    assert sandbox.fixtures["voucher"] == {"vouchers": {"gift": gift}}
    assert sandbox.settings["voucher"] == {"redeemed_after": "1d"}
    sandbox.change_settings(voucher={"redeemed_after": "1m"})
    voucher = sandbox.provider("voucher")
    paid = voucher.pay(amount=500)
    assert voucher.settle("gift", "expired", kind="voucher")["status"] == "expired"
    sandbox.clock.advance(minutes=1)
    assert (status(sandbox, paid["id"]), status(sandbox, "gift")) == ("redeemed", "expired")
    with pytest.raises(Refused, match=r"status: .*can't become redeemed") as refused:
        voucher.settle("gift", "redeemed", kind="voucher")
    assert refused.value.status == 409


def test_it_has_its_part_in_seeds_snapshots_worlds_and_the_journal(sandbox: Sandbox) -> None:
    made = sandbox.seed(vouchers=3, seed=7)
    assert {kind: count for kind, count in made.items() if count} == {"vouchers": 3}
    assert sandbox.seed(vouchers=4, seed=7)["vouchers"] == 1
    sandbox.snapshots.take("before")
    voucher = issued(sandbox)
    other = sandbox.world("other")
    assert status(other, voucher) == "404"
    assert status(sandbox, voucher, **other.provider("voucher").headers) == "404"
    [entry] = sandbox.requests.all(provider="voucher")
    assert (entry["path"], entry["headers"]["Voucher-Key"]) == ("/vouchers", "***")
    sandbox.snapshots.restore("before")
    assert status(sandbox, voucher) == "404"


def test_its_hints_stand_beside_its_answers_and_one_that_fails_harms_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    no_key = Rule(
        "No key",
        "send {header}",
        lambda seen: None if seen.header("Voucher-Key") else {"header": "Voucher-Key"},
    )
    failing = Rule("Any", "{missing}", lambda seen: {} if seen.entry.status == 404 else None)
    voucher = VOUCHER._replace(hints=(no_key, failing))
    with running(frozen(NOW, port=0), (*PROVIDERS, voucher)) as server:
        answers = [
            requests.get(f"{server.url}{path}", headers=headers, timeout=30)
            for path, headers in (("/vouchers/gift", {}), ("/vouchers/x", KEY), ("/refund", {}))
        ]
    assert [answer.status_code for answer in answers] == [401, 404, 401]
    hints = [answer.headers.get("Sandbox-Hint") for answer in answers]
    assert hints == [
        "send Voucher-Key",
        None,
        "no key came: send Authorization: Bearer sk_test_...",
    ]
    assert caplog.messages == ["the hint for GET /vouchers/x failed"]


def test_it_stands_in_the_list_of_all_payments(sandbox: Sandbox) -> None:
    voucher = issued(sandbox)
    assert sandbox.payments.all(limit=1) == [
        {
            "id": voucher,
            "references": [],
            "provider": "voucher",
            "payment": voucher,
            "amount": 1000,
            "currency": "USD",
            "decimals": 2,
            "state": "issued",
            "outcome": "open",
            "at": "2027-01-01T09:00:00.000000Z",
            "by": {"request": 1, "method": "POST", "path": "/vouchers"},
        }
    ]
    assert [row["id"] for row in sandbox.payments.all(state="issued")] == [voucher, "gift"]
    assert sandbox.refunds.all(provider="voucher") == []


def test_its_webhook_is_signed_and_delivered(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.webhooks.send_to("voucher", receiver.url, secret="hush")
    voucher = issued(sandbox)
    sandbox.clock.advance(days=1)
    [came] = receiver.received
    assert came.json["voucher"] == voucher
    assert came.headers["signature"] == hmac.new(b"hush", came.body, "sha256").hexdigest()
    [delivery] = sandbox.webhooks.deliveries(provider="voucher", event="voucher.redeemed")
    assert (delivery["subject"], delivery["status"]) == (voucher, "delivered")


def test_the_environment_restricts_its_credential() -> None:
    given = from_environment({"SANDBOX_VOUCHER_KEY": "ours"})
    with served(given) as sandbox:
        for key, answer in (("ours", 404), ("theirs", 401), ("", 401)):
            said = requests.get(f"{sandbox.url}/vouchers/x", headers={"Voucher-Key": key})
            assert said.status_code == answer
    with pytest.raises(KeyError):
        create_app(given, THREE).extensions["sandbox.settings"].only("voucher", "colour")
    misspelt = from_environment({"SANDBOX_VOUCHER_KEYS": "ours"})
    with pytest.raises(BadSetting, match=r"did you mean `SANDBOX_VOUCHER_KEY`"):
        create_app(misspelt, THREE)


def test_it_is_in_the_openapi_documents(sandbox: Sandbox) -> None:
    def document(name: str) -> dict[str, dict[str, object]]:
        said = requests.get(f"{sandbox.url}/_sandbox/openapi/{name}.json", timeout=60).json()
        validate(said)
        return dict(said["paths"])

    assert set(document("voucher")) == {"/vouchers", "/vouchers/{subject}"}
    assert {"/_sandbox/voucher/payments", "/_sandbox/voucher/vouchers/{subject}/settle"} < set(
        document("admin")
    )
    assert "voucher.json" in requests.get(f"{sandbox.url}/_sandbox/openapi").text


# From the command line and from tests -------------------------------------------------------------


def test_the_command_line_takes_it_as_any_other(sandbox: Sandbox, receiver: Receiver) -> None:
    def said(*words: str) -> str:
        result = CliRunner().invoke(main, words, env={"SANDBOX_URL": sandbox.url})
        assert result.exit_code == 0, result.output
        return result.stdout

    assert said("seed", "--vouchers", "2") == "2 vouchers\n"
    assert "voucher-expires" in said("scenarios")
    said("scenarios", "on", "voucher-expires", "-p", "voucher=voucher.vouchers.gift")
    said("webhooks", "send-to", "voucher", receiver.url)
    expired = said("settle", "voucher", "gift", "expired", "--kind", "voucher")
    assert expired == "voucher gift is expired\n"
    issued(sandbox)
    assert "voucher.redeemed" in said("clock", "advance", "1d")
    assert "delivered" in said("webhooks", "--provider", "voucher")
    assert "/vouchers" in said("requests", "--provider", "voucher")
    assert said("webhooks", "stop", "voucher") == "none\n"


@pytest.mark.slow
def test_the_fixture_of_a_users_tests_reaches_it(sandbox: Sandbox, tmp_path: Path) -> None:
    write(
        tmp_path,
        test_vouchers="""
        import json
        import urllib.request

        import pytest

        @pytest.mark.scenario("voucher-expires")
        def test_it_expires(payments_sandbox):
            voucher = payments_sandbox.provider("voucher").pay(amount=5)
            payments_sandbox.clock.advance(hours=1)
            url = f"{payments_sandbox.url}/vouchers/{voucher['id']}"
            request = urllib.request.Request(url, headers={"Voucher-Key": "any"})
            with urllib.request.urlopen(request) as answer:
                assert json.load(answer)["status"] == "expired"
        """,
    )
    assert passed(pytest_in(tmp_path, f"--payments-sandbox-url={sandbox.url}"), 1)


# What it costs ------------------------------------------------------------------------------------

NAMING = {
    "app.py": "the one line",
    "client/control.py": "attributes with types, beside `provider(name)`",
    "client/providers.py": "what their payers may say, with types",
    "settings.py": "an example in a message",
    **{
        f"cli/{name}.py": "examples in help"
        for name in ("documents", "ledger", "requests", "scenarios", "serve", "webhooks")
    },
    "cli/compare.py": "examples in help, and the variables of credentials",
    "cli/record.py": "an example in help",
    "cli/test_modes.py": "options of that name",
    **{
        f"admin/openapi/{name}.py": "calls that are the documents' examples"
        for name in ("api", "clock", "documents", "scenarios", "webhooks")
    },
}
"""The files outside of the providers' folders whose code may name one, and why."""


def words(file: Path) -> Iterator[str]:
    """What stands in a file's code: names, and texts that are no docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        for _, value in ast.iter_fields(node):
            if isinstance(value, str) and id(node) not in told:
                yield value


def test_no_code_outside_of_its_folder_names_a_provider() -> None:
    """Nor do providers name each other."""
    named = re.compile(rf"(?<![a-z])({'|'.join(NAMES)})(?![a-z])", re.IGNORECASE)
    package, found = ROOT / "sandbox", set()
    for file in package.rglob("*.py"):
        path = file.relative_to(package)
        names = {match[1].lower() for word in words(file) for match in named.finditer(word)}
        if names - {path.parts[0]}:
            found.add(path.as_posix())
    assert found == set(NAMING)


def test_a_provider_needs_less_than_200_lines() -> None:
    files = [file for file in TOY.rglob("*.*") if file.suffix in (".py", ".json", ".yaml")]
    assert sum(len(file.read_text("utf-8").splitlines()) for file in files) < 200
