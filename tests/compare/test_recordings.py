"""What is kept has neither credentials nor names in it, and stands for the provider later."""

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.cli import compare as cli
from sandbox.compare.calls import Answer, Call
from sandbox.compare.proxy import Passing, listening, serving
from sandbox.compare.recordings import Recorder
from sandbox.compare.redaction import Redaction
from sandbox.compare.test_modes import TestModes
from tests.compare.kit import NEEDS, PAYMENT, Other, compared, found, on, refused, run

pytestmark = pytest.mark.scripted
PLANTED = {
    "name": "Samira Khoury",
    "iban": "AE460090000000123456789",
    "email": "samira.khoury@example.org",
    "phone": "+970591112233",
    "card": "4111111111111111",
    "code": "AUTH_planted99",
    "client_secret": "planted-secret",
    "key": "sk_test_planted",
    "public": "pk_test_planted",
    "cookie": "session-planted",
}
LEAN_TOKEN = {"client_id": "planted-client", "client_secret": "planted-secret"}
LEAN_TOKEN |= {"grant_type": "client_credentials", "scope": "api"}


class App:
    """An app that calls both providers at one address."""

    def __init__(self, url: str) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self.url = url

    def call(self, method: str, path: str, **rest: Any) -> requests.Response:
        return self._session.request(method, self.url + path, timeout=30, **rest)

    def close(self) -> None:
        self._session.close()


KEY = {"Authorization": "Bearer sk_test_planted"}


@contextmanager
def recording(other: Other, folder: Path, *names: str) -> Iterator[tuple[App, list[str]]]:
    """An app behind a recording proxy, and the lines that it prints."""
    modes = TestModes(dict.fromkeys(names or ("lean", "lahza"), other.url))
    redaction, lines = Redaction(modes.all), list[str]()
    passing = Passing(
        [*modes.upstreams.values()], Recorder(folder, redaction), redaction, lines.append
    )
    with listening("127.0.0.1", 0, passing, modes.all) as server, serving(server):
        app = App(f"http://127.0.0.1:{server.server_address[1]}")
        yield app, lines
        app.close()


def files(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in sorted(folder.iterdir())]


def day(app: App) -> None:
    """An app's day with both providers."""
    token = app.call("POST", "/oauth2/token", data=LEAN_TOKEN).json()["access_token"]
    lean = {"Authorization": f"Bearer {token}"}
    customer = app.call(
        "POST", "/customers/v1", json={"app_user_id": PLANTED["email"]}, headers=lean
    ).json()
    app.call("GET", f"/customers/v1/app-user-id/{PLANTED['email']}", headers=lean)
    app.call("GET", f"/customers/v1/{customer['customer_id']}", headers=lean)
    item = {"payment_id": PAYMENT, "amount": 35, "reason_code": "CUSTOMER_REQUEST"}
    told = {"description": f"For {PLANTED['name']}", "beneficiary": {"name": PLANTED["name"]}}
    [made] = app.call("POST", "/payouts/refunds", json=[{**item, **told}], headers=lean).json()
    app.call("GET", f"/payouts/refunds/{made['refund_id']}", headers=lean)
    app.call("GET", "/payouts/refunds", headers={"Authorization": "Bearer nonsense"})
    started = app.call(
        "POST",
        "/transaction/initialize",
        json={"amount": 1500, "email": PLANTED["email"], "first_name": PLANTED["name"]},
        headers=KEY,
    ).json()["data"]
    app.call("GET", f"/transaction/verify/{started['reference']}", headers=KEY)
    form = {"transaction": "fixture-success", "amount": "100", "merchant_note": PLANTED["phone"]}
    refund = app.call("POST", "/refund", data=form, headers=KEY).json()["data"]
    app.call("GET", f"/refund/{refund['id']}", headers=KEY)
    app.call("GET", f"/transaction?customer={PLANTED['email']}", headers=KEY)


def test_calls_and_answers_go_through_as_they_are(other: Other, tmp_path: Path) -> None:
    body = b'{"transaction" : "fixture-success","amount":100.0 }'

    def packed(_: Call, answer: Answer) -> Answer:
        headers = (*answer.headers, ("X-Odd", "1"), ("X-Odd", "2"), ("Content-Encoding", "gzip"))
        return Answer(answer.status, headers, gzip.compress(answer.body))

    with recording(other, tmp_path / "seen") as (app, _):
        answer = app.call("POST", "//refund/?a=%2F&b", data=body, headers=KEY | {"X-Mine": "é"})
        [came] = other.seen
        other.change = packed
        zipped = app.call("GET", "/refund?perPage=1", headers=KEY)
        missing = app.call("GET", "/nothing/here", headers=KEY)
        other.change = lambda _, answer: answer._replace(body=b"")
        head = app.call("HEAD", "/refund", headers=KEY)
    headers = dict(came.headers)

    assert (came.method, came.target, came.body) == ("POST", "//refund/?a=%2F&b", body)
    assert (headers["Authorization"], headers["X-Mine"]) == (KEY["Authorization"], "é")
    assert answer.status_code == 200
    assert zipped.json()["message"] == "Refunds retrieved"
    assert zipped.headers["X-Odd"] == "1, 2"
    assert missing.status_code == 404
    assert (head.status_code, int(head.headers["Content-Length"]) > 1000) == (200, True)
    _, kept, *_ = files(tmp_path / "seen")
    assert json.loads(kept["answer"]["body"])["message"] == "Refunds retrieved"


@pytest.mark.parametrize(
    ("headers", "path", "data", "says"),
    [
        ({"Authorization": "Bearer sk_live_planted"}, "/refund", None, "has a live key"),
        ({"Authorization": "Bearer pk_live_planted"}, "/refund", None, "has a live key"),
        ({"Authorization": "Bearer planted"}, "/refund", None, "no test key: it must be sk_test_…"),
        ({"Authorization": "Basic planted"}, "/refund", None, "must be Bearer sk_test_…"),
        (KEY | {"X-Key": "sk_live_planted"}, "/refund", None, "has a live key"),
        (KEY, "/refund?key=sk_live_planted", None, "has a live key"),
        (KEY, "/refund", b'{"key": "sk_live_planted"}', "has a live key"),
    ],
)
def test_a_live_key_is_not_passed_on(
    other: Other, tmp_path: Path, headers: dict[str, str], path: str, data: Any, says: str
) -> None:
    with recording(other, tmp_path / "seen") as (app, lines):
        answer = app.call("POST", path, data=data, headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (403, 403)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert says in problem["detail"]
    assert other.seen == []
    assert list((tmp_path / "seen").iterdir()) == []
    assert "planted" not in answer.text + "".join(lines)


def test_whose_call_it_is_path_and_credentials_say(other: Other, tmp_path: Path) -> None:
    with recording(other, tmp_path / "seen", "lahza") as (app, _):
        unknown = app.call("GET", "/nothing")
        lean = app.call("GET", "/payouts/refunds")
        by_key = app.call("GET", "/nothing", headers=KEY)
        chunked = app.call("POST", "/refund", data=iter([b"{}"]), headers=KEY)
        long = app.call("POST", "/refund", data=b" " * (1024 * 1024 + 1), headers=KEY)
    assert "neither its path nor its credentials say whose" in unknown.json()["detail"]
    assert "it is for Lean, and no --lean was given" in lean.json()["detail"]
    assert by_key.json() == {"status": False, "message": "Not found"}
    assert (chunked.status_code, long.status_code) == (411, 413)
    assert other.paths == ["GET /nothing"]


def test_what_can_not_be_kept_is_passed_on_all_the_same(other: Other, tmp_path: Path) -> None:
    with recording(other, tmp_path / "seen") as (app, lines):
        (tmp_path / "seen").rmdir()
        answer = app.call("GET", "/refund", headers=KEY)
        options = app.call("OPTIONS", "/refund", headers=KEY)
    assert (answer.status_code, options.status_code) == (200, 405)
    assert "0001.json: can't be written: No such file or directory" in lines[0]


def test_neither_credentials_nor_names_are_kept_or_printed(other: Other, tmp_path: Path) -> None:
    def named(call: Call, answer: Answer) -> Answer:
        """An answer full of what is somebody's."""
        if call.path != "/transaction":
            return answer
        data = {
            "customer": {"name": PLANTED["name"], "phone": PLANTED["phone"], "id": 7},
            "sender": {"iban": PLANTED["iban"], "accountNumber": 4111111111111111},
            "authorization": {"authorization_code": PLANTED["code"], "last4": "1111"},
            "metadata": {"note": PLANTED["name"], "type": "mine"},
            "history": f"Paid by {PLANTED['name']} with {PLANTED['card']}, {PLANTED['public']}",
            PLANTED["email"]: 1,
            "amount": 35.0,
        }
        headers = (*answer.headers, ("Set-Cookie", PLANTED["cookie"]))
        return Answer(200, headers, json.dumps(data).encode())

    other.change = named
    with recording(other, tmp_path / "seen") as (app, lines):
        day(app)
        app.call("GET", "/transaction", headers=KEY | {"Cookie": PLANTED["cookie"]})
        app.call("POST", "/refund", data=PLANTED["name"], headers=KEY)
    compare = run("--recorded", str(tmp_path / "seen"))
    texts = [file.read_text("utf-8") for file in (tmp_path / "seen").iterdir()]
    everything = "\n".join([*texts, *lines, compare.output])

    assert len(texts) == 14
    for word in (*PLANTED.values(), "Samira", "Khoury", "planted", "eyJ", "4111"):
        assert word not in everything, word
    kept = json.loads(files(tmp_path / "seen")[-2]["answer"]["body"])
    assert kept["customer"]["id"] == 7
    assert kept["metadata"]["type"] == "mine"
    assert kept["sender"]["accountNumber"] == 1111111111111111
    assert '"amount":35.0' in files(tmp_path / "seen")[-2]["answer"]["body"]


def test_differences_are_printed_without_credentials_and_names(
    other: Other, tmp_path: Path
) -> None:
    other.change = on(
        "GET",
        "/refund",
        status=400,
        body=lambda body: {"status": False, "message": f"no: {PLANTED['email']} sk_test_planted"},
    )
    said = run("lahza-lists", "--lahza", other.url)
    assert "400 (no: ***" in said.stdout
    assert "planted" not in said.output
    assert "samira" not in said.output


def test_a_recorded_day_of_an_app_is_the_providers_word(other: Other, tmp_path: Path) -> None:
    with recording(other, tmp_path / "seen") as (app, _):
        day(app)
    said = run("--recorded", str(tmp_path / "seen"), "--strict", env={})
    assert (said.exit_code, said.output) == (0, "1 script, 12 steps compared, no differences\n")


def test_what_differs_from_a_recorded_day_is_found(other: Other, tmp_path: Path) -> None:
    other.change = on("GET", "/payouts/refunds/", text=lambda t: t.replace(":35,", ":35.00,"))
    with recording(other, tmp_path / "seen") as (app, _):
        day(app)
    said = run("--recorded", str(tmp_path / "seen"), "--json", env={})
    differences = found(json.loads(said.stdout))
    assert [each[1:] for each in differences] == [("amount", "number style", "35.00", "35")]


def test_a_recording_of_scripts_is_read_again(other: Other, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    live = compared(
        other, "lean-refunds", "lean-tokens", "lahza-transactions", "--record", str(seen)
    )
    assert live["differences"] == []
    assert len(files(seen)) == live["steps"]
    again = run("--recorded", str(seen), "--json", "--strict", env={})
    report = json.loads(again.stdout)
    assert (again.exit_code, report["differences"], report["left_out"]) == (0, [], [])
    assert report["steps"] == live["steps"]
    assert report["scripts"] == ["lean-refunds", "lean-tokens", "lahza-transactions"]


def test_ids_from_before_the_recording_are_set(other: Other, tmp_path: Path) -> None:
    made = other.behind.lean.pay(100)["id"]
    with recording(other, tmp_path / "seen") as (app, _):
        lean = {"lean-app-token": "planted"}
        item = {"payment_id": made, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
        app.call("POST", "/payouts/refunds", json=[item], headers=lean)
    without = run("--recorded", str(tmp_path / "seen"), "--strict")
    given = run("--recorded", str(tmp_path / "seen"), "--strict", "--set", f"{made}={PAYMENT}")
    assert "has 201, the sandbox has 404 (UNKNOWN_PAYMENT)" in without.stdout
    assert (without.exit_code, given.exit_code) == (1, 0)


def test_a_folder_that_holds_something_is_not_written_to(other: Other, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    line = refused(run("lahza-lists", "--lahza", other.url, "--record", str(tmp_path)))
    assert line == f"{tmp_path}: a recording wants a folder that is new or empty"
    assert other.seen == []


PAIR: dict[str, Any] = {
    "format": "refund-sandbox pair 1",
    "provider": "lahza",
    "at": "2027-01-01T09:00:00Z",
    "request": {"method": "GET", "target": "/refund", "headers": [], "body": ""},
    "answer": {"status": 200, "headers": ["Content-Type: application/json"], "body": "{}"},
}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"provider": "lahsa"}, "0001.json:3: provider: there is none of that name; valid: lean"),
        ({"format": "2"}, "0001.json:2: format: valid: refund-sandbox pair 1"),
        ({"at": "now"}, "0001.json:4: at: "),
        ({"request": {**PAIR["request"], "target": "refund"}}, "request.target: "),
        (
            {"answer": {**PAIR["answer"], "headers": ["odd"]}},
            "must be like Accept: application/json",
        ),
        ({"answer": {**PAIR["answer"], "status": 2000}}, "answer.status: must be from 100 to 599"),
        ({"answr": {}}, "answr: there is no such key; did you mean `answer`?"),
    ],
)
def test_a_malformed_recording_gives_one_line_with_file_and_place(
    tmp_path: Path, changed: dict[str, Any], says: str
) -> None:
    (tmp_path / "0001.json").write_text(json.dumps({**PAIR, **changed}, indent=2))
    line = refused(run("--recorded", str(tmp_path), env={}))
    assert says in line


def test_a_recording_that_is_none_gives_one_line(tmp_path: Path) -> None:
    assert "there is no recorded call in it" in refused(run("--recorded", str(tmp_path)))
    assert "there is no such folder" in refused(run("--recorded", str(tmp_path / "none")))
    (tmp_path / "0001.json").write_text("[]")
    assert "it must be an object" in refused(run("--recorded", str(tmp_path)))
    (tmp_path / "0001.json").write_text("{")
    assert "0001.json:2: " in refused(run("--recorded", str(tmp_path)))


def test_the_command_records_until_it_is_ended(other: Other, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "record", "--lahza", other.url, "--to", "seen"]
    process = subprocess.Popen(
        [*command, "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        banner = process.stdout.readline()
        url = banner.split()[2]
        app = App(url)
        assert app.call("GET", "/refund", headers=KEY).status_code == 200
        app.close()
        assert process.stdout.readline() == "GET /refund  200  0001.json\n"
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "1 calls are in seen\n")
    assert len(files(tmp_path / "seen")) == 1


def test_nothing_is_asked_for_a_recording(
    other: Other, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "can_ask", lambda: pytest.fail("it is asked"))
    sets = [word for name, value in NEEDS.items() for word in ("--set", f"{name}={value}")]
    words = ("lahza-refunds", "--lahza", other.url, "--yes", "--record", str(tmp_path / "seen"))
    assert run(*words, *sets).exit_code == 0
    assert run("--recorded", str(tmp_path / "seen"), "--strict").exit_code == 0
