"""The command as a process: how it ends, what it imports, what it completes."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.calls import said
from tests.kit import Box, frozen, serving
from tests.receiver import Handler, Received, Receiver

COMMAND = [sys.executable, "-m", "sandbox"]


def run(url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        env={**os.environ, "SANDBOX_URL": url, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


@contextmanager
def started(url: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command, under way."""
    with subprocess.Popen(
        [*COMMAND, *words],
        env={**os.environ, "SANDBOX_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_how_it_ends(box: Box, nobody: str) -> None:
    up = run(box.url, "health")
    assert (up.returncode, up.stdout[:12], up.stderr) == (0, "ok, version ", "")
    refused = run(box.url, "scenarios", "on", "none")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert re.fullmatch(r"Error: there is no scenario 'none'; .*\n", refused.stderr)
    for words in (["scenarios", "--url", "file:///etc"], ["scenario"], ["serve", "--prot", "1"]):
        assert run(box.url, *words).returncode == 2
    for url in (nobody, "http://nobody.invalid", "http://ex..ample"):
        gone = run(url, "health")
        assert (gone.returncode, gone.stdout) == (3, "")
        assert re.fullmatch(rf"Error: no sandbox answers at {url} \(.*\)\n", gone.stderr)


def test_the_token_goes_along() -> None:
    with serving(frozen("2027-01-01T00:00:00Z", admin_token="secret")) as box:
        assert run(box.url, "clock", SANDBOX_ADMIN_TOKEN="secret").returncode == 0
        for token, code in (("guess", 1), ("", 1), ("two\nlines", 2)):
            assert run(box.url, "clock", SANDBOX_ADMIN_TOKEN=token).returncode == code


@pytest.mark.parametrize("body", [b"It works!", b"[]", b"{}"])
def test_what_answers_may_be_no_sandbox(receiver: Receiver, body: bytes) -> None:
    def answer(handler: Handler, _: Received) -> None:
        handler.reply(200, body)

    receiver.answer = answer
    for words in (["scenarios"], ["clock"], ["health"]):
        ended = run(receiver.url, *words)
        assert ended.returncode == 3, ended
        assert re.fullmatch("Error: what answers at .* is no sandbox.*\n", ended.stderr)


def test_ctrl_c_ends_it_without_a_word() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with started(url, "clock", "advance", "3d") as process:
            calling, _ = mute.accept()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
            assert process.communicate() == (b"", b"")
            calling.close()


@pytest.mark.parametrize("words", [["scenarios"], ["scenarios", "--json"], ["--help"]])
def test_a_closed_pipe_ends_it_without_a_word(box: Box, words: list[str]) -> None:
    with started(box.url, *words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.wait(30)
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
def test_a_full_disk_is_said_in_a_line(box: Box) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        ended = subprocess.run(
            [*COMMAND, "scenarios", "--url", box.url],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ended.returncode == 1
    assert re.fullmatch("Error: can't be printed: .*\n", ended.stderr)


def test_what_a_stream_can_not_write_does_not_end_it(box: Box) -> None:
    script = {"name": "arabic", "title": "سيناريو", "script": [{"on": "request", "delay": "1s"}]}
    assert box.admin.post("/scenarios", script).status_code == 201
    ended = run(box.url, "scenarios", "show", "arabic", PYTHONIOENCODING="latin-1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert r"\u0633" in ended.stdout


HEAVY = [
    *("sandbox.engine", "sandbox.http", "sandbox.settings", "sandbox.app", "sandbox.server"),
    *("flask", "werkzeug", "marshmallow", "waitress", "tinydb", "yaml", "faker", "cryptography"),
]


def test_health_imports_nothing_that_serves(box: Box) -> None:
    script = (
        "import sys; from sandbox.cli import main; main(['health'], standalone_mode=False);"
        "print(*sys.modules)"
    )
    environment = {**os.environ, "SANDBOX_URL": box.url}
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    imported = ended.stdout.splitlines()[-1].split()
    assert "sandbox.client" in imported
    assert [m for m in imported if any(m == h or m.startswith(f"{h}.") for h in HEAVY)] == []


def completed(url: str, typed: str) -> set[str]:
    """What bash is told, for a line whose last word is being typed."""
    ended = run(
        url,
        _REFUND_SANDBOX_COMPLETE="bash_complete",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(typed.split(" ")) - 1),
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return {line.partition(",")[2] for line in ended.stdout.splitlines() if line}


@pytest.mark.slow
def test_the_shell_completes_commands_options_and_names(box: Box, nobody: str) -> None:
    said(box, "snapshot", "take", "full")

    assert {"serve", "clock", "scenarios"} < completed(box.url, "refund-sandbox ")
    assert completed(box.url, "refund-sandbox --po") == {"--port"}
    assert completed(box.url, "refund-sandbox clock adv") == {"advance"}
    assert completed(box.url, "refund-sandbox scenarios on rate") == {"rate-limited"}
    assert completed(box.url, "refund-sandbox snapshot restore ") == {"full"}
    assert "full" in completed(nobody, f"refund-sandbox snapshot remove --url {box.url} f")
    assert completed(nobody, "refund-sandbox scenarios on rate") == set()
    assert completed("file:///etc", "refund-sandbox scenarios on rate") == set()
    for shell in ("bash", "zsh", "fish"):
        assert "_REFUND_SANDBOX_COMPLETE" in run(nobody, "completion", shell).stdout
