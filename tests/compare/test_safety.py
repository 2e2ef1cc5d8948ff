"""Live keys and production are refused before anything is called; writing is asked for."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sandbox.cli import compare as cli
from sandbox.cli import main
from sandbox.compare.calls import Answer, Call, NoAnswer, header, send
from sandbox.compare.safety import Unsafe, address_of
from sandbox.engine.webhooks.endpoints import Address
from sandbox.settings import Settings
from tests.compare.kit import CREDENTIALS, PAYMENT, Other, refused, run, script
from tests.compare.test_differences import LEAN
from tests.kit import serving
from tests.receiver import Receiver

pytestmark = pytest.mark.scripted
LIVE = "sk_live_planted"
STEP = "title: Mine\nprovider: lahza\nsteps:\n  - name: list\n    path: /refund\n"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was connected to."""
    made: list[object] = []
    connect = socket.socket.connect

    def counted(self: socket.socket, address: Any) -> None:
        made.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", counted)
    return made


@pytest.mark.parametrize(
    ("words", "key", "says"),
    [
        (("--lahza", "https://api.lahza.io"), LIVE, "LAHZA_SECRET_KEY has a live key"),
        (("--lahza", "https://api.lahza.io"), "pk_test_x", "SECRET_KEY is no test key: it must be"),
        (("--lahza", "https://api.lahza.io"), "pk_live_x", "LAHZA_SECRET_KEY has a live"),
        (
            ("--lahza", "https://api.lahza.io"),
            "sk_test_",
            "LAHZA_SECRET_KEY is no test key",
        ),
        (("--lahza", f"https://api.lahza.io/{LIVE}"), "sk_test_x", "--lahza has a live key"),
        (
            ("--lahza", "http://api.lahza.io"),
            "sk_test_x",
            "api.lahza.io is called with https alone",
        ),
        (
            ("--lahza", "https://me@api.lahza.io"),
            "sk_test_x",
            "credentials don't belong in the URL",
        ),
        (("--lean", "https://api.leantech.me"), "sk_test_x", "is Lean's production"),
        (("--lean", "https://API2.LeanTech.me."), "sk_test_x", "is Lean's production"),
        (("--lean", "https://api.sa.leantech.me"), "sk_test_x", "is Lean's production"),
        (
            ("--lean", "https://sandbox.leantech.me", "--lean-auth", "https://auth.leantech.me"),
            "sk_test_x",
            "--lean-auth: auth.leantech.me is Lean's production",
        ),
        (
            ("--lahza", "https://api.lahza.io", "--set", f"transaction={LIVE}"),
            "sk_test_x",
            "--set has a live key",
        ),
    ],
)
def test_live_keys_and_production_are_refused_before_a_connection(
    connections: list[object], words: tuple[str, ...], key: str, says: str
) -> None:
    result = run("--yes", *words, env={**CREDENTIALS, "LAHZA_SECRET_KEY": key})
    line = refused(result)
    assert says in line
    assert key == "sk_test_x" or key not in line.replace("sk_test_…", "")
    assert connections == []


def test_a_script_with_a_live_key_is_refused_before_a_connection(
    connections: list[object], tmp_path: Path
) -> None:
    file = script(tmp_path, STEP + f"    headers: {{Authorization: Bearer {LIVE}}}\n")
    line = refused(run(file, "--lahza", "https://api.lahza.io"))
    assert "mine.yaml: the script has a live key" in line
    assert LIVE not in line
    assert connections == []


def test_no_call_goes_out_with_a_live_key_wherever_it_comes_from(connections: list[object]) -> None:
    address = address_of("https://api.lahza.io", "--lahza", None)
    for call in (
        Call("GET", f"/{LIVE}"),
        Call("GET", "/", (("X-Any", f"Bearer {LIVE}"),)),
        Call("POST", "/", (), LIVE.encode()),
    ):
        with pytest.raises(Unsafe, match="a live key"):
            send(address, call)
    assert connections == []


def test_a_redirect_is_an_answer_and_is_not_followed(other: Other, tmp_path: Path) -> None:
    def redirect(_: Call, answer: Answer) -> Answer:
        return Answer(307, (("Location", f"{other.url}/elsewhere"),), b"")

    other.change = redirect
    said = run(script(tmp_path, STEP), "--lahza", other.url)
    assert "list: status: Lahza has 307, the sandbox has 200" in said.stdout
    assert other.paths == ["GET /refund"]


def test_writing_is_asked_for_and_refused_where_nobody_can_be_asked(
    other: Other, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (script(tmp_path, LEAN), "--lean", other.url, "--set", f"payment={PAYMENT}")
    line = refused(run(*words))
    assert line == (
        f"there are 2 calls that write to {other.url}: say --yes, as nobody can be asked here"
    )
    monkeypatch.setattr(cli, "can_ask", lambda: True)
    said = run(*words, input="n\n")
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"There are 2 calls that write to {other.url}. Go on? [y/N]" in said.stderr
    assert other.seen == []
    assert run(*words, input="y\n").exit_code == 0
    assert [path for path in other.paths if path.startswith(("POST /p", "PUT"))] == [
        "POST /payouts/refunds",
        "PUT /payouts/refunds",
    ]


def test_what_only_reads_is_not_asked_for(other: Other) -> None:
    assert run("lahza-unserved", "lahza-lists", "--lahza", other.url, "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say with whom to compare: --lean, --lahza or --recorded"),
        (("--lean-auth", "https://auth.sandbox.leantech.me"), "--lean-auth wants --lean beside it"),
        (("lean-refunds", "--lahza", "https://api.lahza.io"), "lean-refunds wants --lean"),
        (("lean-refund", "--lean", "http://localhost:1"), "did you mean `lean-refunds`?"),
        (("--recorded", ".", "--lean", "http://localhost:1"), "--recorded stands without scripts"),
    ],
)
def test_what_is_missing_is_said(words: tuple[str, ...], says: str) -> None:
    assert says in refused(run(*words), code=2)


def test_missing_credentials_are_named(connections: list[object]) -> None:
    line = refused(run("--lean", "https://sandbox.leantech.me", env={}), code=2)
    ways = "LEAN_CLIENT_ID and LEAN_CLIENT_SECRET, or LEAN_APP_TOKEN"
    assert line == f"the test mode lets nobody in without {ways}"
    assert connections == []


def test_an_application_token_does_for_lean(other: Other) -> None:
    env = {"LEAN_APP_TOKEN": "planted-token"}
    said = run("lean-tokens", "--lean", other.url, "--yes", "--json", env=env)
    report = json.loads(said.stdout)
    assert report["differences"] == []
    assert report["left_out"][0]["reason"] == "it wants {client_id}, which is not set"
    tokens = [header(call.headers, "lean-app-token") for call in other.seen]
    assert tokens == ["", "", "", "planted-token"]
    assert report["steps"] == 4


def test_who_does_not_answer_or_does_not_let_one_in_is_named(other: Other, tmp_path: Path) -> None:
    other.server.shutdown()
    other.server.server_close()
    line = refused(run("lahza-lists", "--lahza", other.url), code=3)
    assert line == f"no answer from {other.url}: Connection refused"
    with pytest.raises(NoAnswer, match="no answer"):
        send(address_of("http://localhost:1", "x", None), Call("GET", "/"))


def test_what_was_found_is_told_though_the_provider_breaks_off(other: Other) -> None:
    def gone(call: Call, answer: Answer) -> Answer:
        if call.target == "/transaction/totals":
            raise ConnectionAbortedError
        return answer

    other.change = gone
    said = run("lahza-lists", "lahza-unserved", "--lahza", other.url)
    assert "lahza-lists: left out: broken off: no answer from" in said.stdout
    assert said.stdout.endswith("2 scripts, 15 steps compared, no differences, 1 left out\n")


def test_credentials_that_lean_does_not_take_are_told(other: Other) -> None:
    other.change = lambda call, answer: Answer(401, (), b'{"error":"invalid_client"}')
    line = refused(run("lean-lists", "--lean", other.url), code=3)
    assert line == f"{other.url}: no access token is handed out: the answer is 401"


def test_a_running_sandbox_keeps_its_worlds_and_calls_no_receiver(
    other: Other, receiver: Receiver
) -> None:
    settings = Settings(webhooks={("lahza", ""): Address(receiver.url)})
    with serving(settings) as box:
        before = box.admin.get("/refunds").json()
        said = run(
            *("lahza-refunds", "--lahza", other.url, "--sandbox", f"{box.url}/w/elsewhere"),
            *("--set", "transaction=fixture-success", "--yes", "--strict", "--json"),
        )
        worlds = box.admin.get("/worlds").json()["worlds"]

        assert said.exit_code == 0, said.output
        assert json.loads(said.stdout)["steps"] == 6
        assert [world["name"] for world in worlds] == ["default"]
        assert box.admin.get("/refunds").json() == before
        assert box.admin.get("/requests").json()["requests"] == []
    assert [came for came in receiver.received if came.method == "POST"] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "mine.yaml:2: did not find"),
        ("- a\n", "mine.yaml:1: it must be a mapping, with title, provider and steps"),
        ("title: A\nsteps: []\n", "provider: is missing"),
        (
            STEP + "    pathe: /x\n",
            "mine.yaml:6: steps[0].pathe: there is no such key; did you mean",
        ),
        (STEP + "    await: 5\n", "mine.yaml:6: steps[0].await: must be an object"),
        (
            STEP + "    await: {at: a, states: [x], within: 2d}\n",
            "mine.yaml:6: steps[0].await.within: from 1ms to 1h",
        ),
        (STEP + "    method: SEND\n", "mine.yaml:6: steps[0].method: valid: GET, HEAD, POST"),
        (STEP + "    equal: ['a..b']\n", "steps[0].equal[0]: must be a place such as data.id"),
        (STEP + "    save: {id: 5}\n", "steps[0].save.id: must be a place such as data.id"),
        (
            STEP + "  - name: next\n    path: /refund/{refnd}\n",
            "mine.yaml:7: steps[1].path: nothing before it is called refnd; valid: app_token",
        ),
        (STEP + "  - name: list\n    path: /x\n", "steps[1].name: another step is called list"),
        (STEP + "    json: {}\n    form: {}\n", "steps[0].form: there is a json already"),
        (STEP.replace("lahza", "lahsa"), "mine.yaml:2: provider: did you mean `lahza`?"),
        (STEP.replace("/refund", "refund"), "steps[0].path: must begin with a slash"),
        (STEP + "needs: {unique: {about: x, sandbox: y}}\n", "the name is taken by the command"),
    ],
)
def test_a_malformed_script_gives_one_line_with_file_and_place(
    tmp_path: Path, text: str, says: str
) -> None:
    line = refused(run(script(tmp_path, text), "--lahza", "https://api.lahza.io"))
    assert line.startswith(str(tmp_path / "mine.yaml"))
    assert says in line
    assert not {"None", "dict"} & {*line.split()}


def test_a_user_may_add_a_folder_of_scripts(other: Other, tmp_path: Path) -> None:
    script(tmp_path, STEP, "one")
    script(tmp_path, STEP, "two")
    said = run(str(tmp_path), "--lahza", other.url)
    assert said.stdout == "2 scripts, 2 steps compared, no differences\n"


def test_help_names_no_secret() -> None:
    said = CliRunner().invoke(main, ["compare", "--help"], env=CREDENTIALS).stdout
    assert "planted" not in said
