"""What `serve` prints while it runs."""

import json
import os
import pty
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.cli.log import text
from sandbox.feed import MOST
from sandbox.settings import BadSetting, Settings, from_environment
from tests.cli.test_process import COMMAND, run
from tests.kit import Box, serving
from tests.receiver import Handler, Received, Receiver

NOW = "2027-01-01T09:00:00Z"
AT = "2027-01-01 09:00:00"
UNRECONCILED = "1ea00000-0000-4000-a000-000000000002"
RECONCILED = "1ea00000-0000-4000-a000-000000000001"
DURATION = r"  [0-9]+\.[0-9] ms"


@contextmanager
def logging(
    tmp_path: Path, *options: str, stdout: Any = None, **environment: str
) -> Iterator[tuple[Box, Path]]:
    """A server with a log, and the file that it prints to; stopped at the end."""
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("wb") as file, err.open("wb") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--clock", "frozen", "--now", NOW, *options],
            env={**os.environ, "SANDBOX_PORT": "0", **environment},
            stdout=file if stdout is None else stdout,
            stderr=errors,
        )
    try:
        with closing(Box(_url(tmp_path))) as box:
            yield box, out
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def _url(tmp_path: Path) -> str:
    """Where the server is, once its banner says so: on stderr where stdout is for programs."""
    pause = threading.Event()
    for _ in range(600):
        banner = (tmp_path / "out").read_text("utf-8") + (tmp_path / "err").read_text("utf-8")
        if "Admin " in banner:
            return banner.split(" on ")[1].split(" ")[0]
        pause.wait(0.05)
    raise AssertionError(banner)


def lines(out: Path) -> list[str]:
    """What was printed below the banner; of durations, nothing."""
    said = out.read_text("utf-8").partition("\nAdmin ")[2].splitlines()[1:]
    return [re.sub(DURATION, "", line) for line in said]


def refund(payment: str) -> list[dict[str, Any]]:
    return [{"payment_id": payment, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}]


def test_a_line_says_what_came_what_was_answered_and_why(tmp_path: Path) -> None:
    with logging(tmp_path) as (box, out):
        box.lahza.get("/refund?perPage=2", scenario="rate-limited")
        box.lean.post("/payouts/refunds", refund(UNRECONCILED))
        box.lean.post("/payouts/refunds", [{"payment_id": RECONCILED, "amount": 1}])
        box.anyone.get("/v1/refund")
        box.lean.get("/w/checkout/payouts/refunds")
    assert lines(out) == [
        f"{AT}  lahza    GET /refund?perPage=2  429  rate-limited: Too many requests",
        f"{AT}  lean     POST /payouts/refunds  403  payment not reconciled",
        f"{AT}  lean     POST /payouts/refunds  400  "
        "A required parameter is missing, field: [0]->reason_code",
        f"{AT}  sandbox  GET /v1/refund  404  there is nothing at /v1/refund",
        "    hint  did you mean /refund? Set your base URL without /v1",
        f"{AT}  w/checkout  lean     GET /payouts/refunds  200",
    ]


def test_states_and_attempts_have_their_lines_by_call_and_by_time(
    tmp_path: Path, receiver: Receiver
) -> None:
    def answer(handler: Handler, received: Received) -> None:
        handler.reply(500 if len(receiver.received) < 3 else 200)

    receiver.answer = answer
    with logging(tmp_path, "--webhook", f"lahza={receiver.url}?token=hush") as (box, out):
        number = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
        box.advance("1h")
        box.admin.post("/webhooks/deliveries/1/redeliver")
    to = f"{number} → {receiver.url}"
    said = lines(out)
    assert sorted(said[:3]) == [  # (the attempt is made while the call is answered)
        f"{AT}  lahza    POST /refund  200",
        f"{AT}  lahza    refund {number}  pending",
        f"{AT}  lahza    refund.pending {to}  500  try 1 of 77, next 09:03",
    ]
    assert said[3:] == [
        "2027-01-01 09:03:00  lahza    " + f"refund.pending {to}  500  try 2 of 77, next 09:06",
        "2027-01-01 09:06:00  lahza    " + f"refund.pending {to}  200  try 3 of 77",
        f"2027-01-01 10:00:00  lahza    refund {number}  pending → processing",
        f"2027-01-01 10:00:00  lahza    refund.processing {to}  200",
        f"{AT}  sandbox  POST /_sandbox/clock/advance  200",
        f"2027-01-01 10:00:00  lahza    refund.pending {to}  200  redelivered",
        "2027-01-01 10:00:00  sandbox  POST /_sandbox/webhooks/deliveries/1/redeliver  200",
    ]


def test_of_calls_that_steer_those_that_merely_look_are_left_out(tmp_path: Path) -> None:
    with logging(tmp_path, SANDBOX_ADMIN_TOKEN="hush") as (box, out):
        token = {"Authorization": "Bearer hush"}
        for _ in range(3):
            box.admin.get("/health", headers=token)
            box.admin.get("/clock", headers=token)
        box.admin.put("/scenarios/rate-limited", headers=token)
        box.admin.get("/clock")
    assert lines(out) == [
        f"{AT}  sandbox  PUT /_sandbox/scenarios/rate-limited  200",
        f"{AT}  sandbox  GET /_sandbox/clock  401  "
        "the admin API wants Authorization: Bearer <SANDBOX_ADMIN_TOKEN>",
    ]


def test_what_happens_by_time_alone_is_printed_though_nobody_calls(tmp_path: Path) -> None:
    with logging(tmp_path, "--clock", "realtime", "--rate", "100000") as (box, out):
        number = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
        pause = threading.Event()
        for _ in range(400):
            if any(f"refund {number}  pending → processing" in line for line in lines(out)):
                break
            pause.wait(0.05)
        else:
            raise AssertionError(lines(out))


HUSH = "sk_live_hush"


def tell_secrets(box: Box, receiver: Receiver) -> None:
    """Calls that carry secrets wherever they can, and characters that move a cursor."""
    note = {"transaction": "fixture-success", "amount": 100, "customer_note": f"{HUSH} \x1b[2J"}
    box.lahza.post("/refund", note, headers={"Authorization": f"Bearer {HUSH}"})
    box.lahza.get(f"/refund?authorization_code=hush&note={HUSH}")
    box.anyone.get(f"/nowhere/{HUSH}")
    box.lahza.get("/refund/%0a2027%20GET%1b[2J%e2%80%ae")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    box.lahza.post("/transaction/charge", b'{"cvv":"hush"}', headers=form)
    grant = b"grant_type=client_credentials&client_id=hush&client_secret=hush&scope=api"
    box.anyone.post("/oauth2/token", grant, headers=form)
    box.lahza.get("/refund", headers={"Sandbox-World": HUSH})
    address = json.dumps({"url": f"{receiver.url}/{HUSH}?hush", "secret": "hush"}).encode()
    box.admin.put("/webhooks/lahza", address, headers=form)
    box.lahza_refund("fixture-success", amount=100)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_no_line_has_a_credential_nor_moves_the_cursor(
    tmp_path: Path, receiver: Receiver, kind: str
) -> None:
    def answer(handler: Handler, _: Received) -> None:
        handler.reply(200, f'{{"access_token": "hush", "note": "{HUSH}"}}'.encode())

    receiver.answer = answer
    with logging(tmp_path, "--verbose", "--log-format", kind) as (box, out):
        box.may_be_scripted(True)
        command = [*COMMAND, "requests", "--follow", "--full", "--url", box.url]
        with following(command) as follower:
            tell_secrets(box, receiver)
            followed = read_until(follower, "PUT /_sandbox/webhooks/lahza")
        box.admin.post("/clock/advance", {"by": "1m"})
        sent = box.admin.get("/webhooks/deliveries").json()["deliveries"]
        answers = [attempt["answer"] for delivery in sent for attempt in delivery["attempts"]]
    assert answers
    assert HUSH not in str(answers)
    said = out.read_text("utf-8") + followed
    assert "customer_note" in said
    assert "hush" not in said
    assert all(c.isprintable() or c == "\n" for c in said)
    escaped = r"GET /refund/\n2027 GET\x1b[2J\u202e"
    assert escaped in said if kind == "text" else json.dumps("\x1b[2J")[1:-1] in said


@contextmanager
def following(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A command that follows, once it does."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("following http")
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """What a command prints, up to a line that has some text in it."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if wanted in line:
            return said
    raise AssertionError(said)


def test_json_is_an_object_a_line_and_nothing_else(tmp_path: Path, receiver: Receiver) -> None:
    to = ("--webhook", f"lahza={receiver.url}")
    with logging(tmp_path, "--log-format", "json", *to) as (box, out):
        box.lahza.get("/refund/none")
        number = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
        box.advance("1m")
    told = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    for line in told:
        assert line.pop("duration_ms", 1) > 0
    at = {"at": "2027-01-01T09:00:00.000000Z", "world": "default"}
    by_type = {line["type"]: line for line in told}
    assert told[0] == {
        **{"type": "request", **at, "provider": "lahza", "method": "GET", "path": "/refund/none"},
        **{"status": 404, "why": "Refund not found", "hint": None},
    }
    assert by_type["transition"] == {
        **{"type": "transition", **at, "provider": "lahza", "kind": "refund"},
        **{"subject": str(number), "from": None, "to": "pending"},
    }
    assert by_type["webhook"] == {
        **{"type": "webhook", **at, "provider": "lahza", "event": "refund.pending", "id": 1},
        **{"subject": str(number), "url": receiver.url, "status": 200, "error": None},
        **{"why": None, "hint": None},
    }


def test_verbose_shows_bodies_and_shortens_long_ones(tmp_path: Path) -> None:
    with logging(tmp_path, SANDBOX_VERBOSE="on") as (box, out):
        box.lahza_refund("none", customer_note="x" * 3000)
    request, sent, answered = lines(out)
    assert request.endswith("POST /refund  404  Transaction not found")
    assert sent.startswith('    sent  {"transaction":"none","customer_note":"xxx')
    assert len(sent) < 2100
    assert sent.endswith("x…")
    assert answered == '    answered  {"status":false,"message":"Transaction not found"}'


def test_a_hint_moves_no_cursor() -> None:
    line: dict[str, Any] = {"type": "request", "at": f"{AT}Z", "world": "default"}
    line |= {"provider": "lahza", "method": "GET", "path": "/refunds", "status": 404}
    line |= {"duration_ms": 1.0, "why": "none"}
    assert text(line | {"hint": "it is\n/refund"}).splitlines() == [
        f"{AT}  lahza    GET /refunds  404  1.0 ms  none",
        r"    hint  it is\n/refund",
    ]


def test_quiet_prints_nothing_but_the_banner(tmp_path: Path) -> None:
    with logging(tmp_path, "--quiet") as (box, out):
        box.lahza_refund("fixture-success", amount=100)
    assert lines(out) == []


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SANDBOX_QUIET": "maybe"}, "SANDBOX_QUIET is 'maybe'; valid: on, off"),
        ({"SANDBOX_LOG_FORMAT": "xml"}, "SANDBOX_LOG_FORMAT is 'xml'; valid: text, json"),
        ({"SANDBOX_QUIET": "on", "SANDBOX_VERBOSE": "on"}, "exclude each other"),
    ],
)
def test_settings_of_the_log_that_make_no_sense(environment: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(said)):
        from_environment(environment)


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_has_colour_unless_it_wants_none(tmp_path: Path, no_color: str) -> None:
    master, terminal = pty.openpty()
    environment = {"NO_COLOR": no_color, "TERM": "xterm"}
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(_all_of, master)
        (tmp_path / "out").touch()
        try:
            with started_on(terminal, environment) as box:
                box.lahza.get("/refund", scenario="rate-limited")
        finally:
            os.close(terminal)
        said = read.result(20)
    (line,) = [line for line in said.splitlines() if "GET /refund" in line]
    if no_color:
        assert "\x1b" not in said
    else:
        assert line.startswith(f"\x1b[2m{AT}\x1b[0m  lahza    GET /refund  \x1b[33m429\x1b[0m")
        assert line.endswith("\x1b[33mrate-limited: Too many requests\x1b[0m")


@contextmanager
def started_on(terminal: int, environment: dict[str, str]) -> Iterator[Box]:
    """A server whose log goes to a terminal, on a port that was free."""
    with serving(Settings()) as other:
        port = other.url.rsplit(":", 1)[1]
    process = subprocess.Popen(
        [*COMMAND, "serve", "--clock", "frozen", "--now", NOW, "--port", port],
        env={**os.environ, **environment},
        stdout=terminal,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        assert run(url, "health", "--wait", "30s").returncode == 0
        with closing(Box(url)) as box:
            yield box
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def _all_of(master: int) -> str:
    """All that is written to a terminal, until nobody has it open."""
    said = b""
    while True:
        try:
            said += (some := os.read(master, 65536))
        except OSError:  # Linux says so of the other end's close
            some = b""
        if not some:
            os.close(master)
            return said.decode()


def test_a_reader_that_is_slow_delays_no_answer_and_what_it_missed_is_counted(
    tmp_path: Path,
) -> None:
    """Thirty refunds tell of themselves 77 times each; a pipe takes some 600 lines."""
    reading, writing = os.pipe()
    hook = ("--webhook", "lahza=http://127.0.0.1:9/x", "--log-format", "json")
    with logging(tmp_path, *hook, stdout=writing) as (box, _):
        os.close(writing)
        for _ in range(30):
            box.lahza_refund("fixture-success", amount=100)
        box.admin.post("/clock/advance", {"by": "3d", "limit": 1})
        box.admin.get("/clock")
        with os.fdopen(reading, encoding="utf-8") as pipe:
            first = [json.loads(pipe.readline()) for _ in range(200)]
            while (line := json.loads(pipe.readline()))["type"] != "dropped":
                first.append(line)
            assert line["count"] > 1000
            assert re.fullmatch("… [0-9]+ lines dropped", line["text"])
            rest = []
            while (line := json.loads(pipe.readline()))["type"] != "request":
                rest.append(line)
            assert line["path"] == "/_sandbox/clock/advance"
            assert len(rest) < MOST


def test_a_pipe_that_closes_ends_the_log_and_not_the_server(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with logging(tmp_path, "--log-format", "json", stdout=writing) as (box, _):
        os.close(writing)
        box.lahza.get("/refund")
        os.read(reading, 100)
        os.close(reading)
        for _ in range(3):
            assert box.lahza.get("/refund").ok
    assert "Error" not in (tmp_path / "err").read_text("utf-8")


def test_lines_of_calls_at_one_time_never_mix(tmp_path: Path) -> None:
    paths = [f"/refund/{letter * 500}" for letter in "abcdefgh"]

    def call(path: str) -> None:
        with closing(Box(url)) as mine:
            for _ in range(20):
                mine.lahza.get(path)

    with logging(tmp_path) as (box, out), ThreadPoolExecutor(8) as pool:
        url = box.url
        assert list(pool.map(call, paths)) == [None] * 8
    wanted = [f"{AT}  lahza    GET {path}  404  Refund not found" for path in paths]
    assert sorted(lines(out)) == sorted(wanted * 20)
