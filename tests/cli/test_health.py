"""`health`, and whom the commands ask where nobody says so."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from sandbox.cli import main
from tests.kit import Box
from tests.receiver import Handler, Received, Receiver

UP = b'{"status": "ok", "version": "1", "now": "2027-01-01T09:00:00.000000Z"}'


def ask(*words: str, **environment: str | None) -> Result:
    """Run a command in an environment that says nothing else of a sandbox."""
    silent = {"SANDBOX_URL": None, "SANDBOX_HOST": None, "SANDBOX_PORT": None}
    return CliRunner().invoke(main, words, env={**silent, **environment}, prog_name="x")


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port at which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        yield taken.getsockname()[1]


def test_the_port_of_a_server_started_here_is_asked(box: Box) -> None:
    port = str(urlsplit(box.url).port)
    for words in (["health"], ["clock"], ["scenarios", "show", "rate-limited"]):
        assert ask(*words, SANDBOX_PORT=port, SANDBOX_HOST="0.0.0.0").exit_code == 0


def test_the_port_gives_way_to_a_url(box: Box, nobody: int) -> None:
    assert ask("health", SANDBOX_PORT=str(nobody), SANDBOX_URL=box.url).exit_code == 0
    assert ask("health", "--url", box.url, SANDBOX_PORT=str(nobody)).exit_code == 0
    url = f"http://127.0.0.1:{nobody}"
    assert ask("health", SANDBOX_URL=url, SANDBOX_PORT=str(urlsplit(box.url).port)).exit_code == 3


@pytest.mark.parametrize("port", [None, "", "0", "tcp://10.0.0.1:8426"])
def test_what_names_no_port_says_nothing(monkeypatch: pytest.MonkeyPatch, port: str | None) -> None:
    asked = []

    def connect(address: tuple[str, int], *_: object) -> None:
        asked.append(address)
        raise OSError("not here")

    monkeypatch.setattr("socket.create_connection", connect)
    assert ask("health", SANDBOX_PORT=port).exit_code == 3
    assert asked == [("127.0.0.1", 8426)]


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("127.0.0.2", "127.0.0.2"),
        ("::", "::1"),
        ("::1", "::1"),
        ("sandbox", "sandbox"),
    ],
)
def test_it_asks_where_a_server_started_from_here_would_listen(
    monkeypatch: pytest.MonkeyPatch, host: str, asked: str
) -> None:
    addresses = []

    def connect(address: tuple[str, int], *_: object) -> None:
        addresses.append(address)
        raise OSError("not here")

    monkeypatch.setattr("socket.create_connection", connect)
    assert ask("health", SANDBOX_HOST=host, SANDBOX_PORT="9000").exit_code == 3
    assert addresses == [(asked, 9000)]


def test_it_waits_until_one_answers(receiver: Receiver) -> None:
    answers = [b"", b"<h1>Starting</h1>", UP]

    def answer(handler: Handler, _: Received) -> None:
        if body := answers[len(receiver.received) - 1]:
            handler.reply(200, body)
        else:
            handler.close_connection = True  # without a word

    receiver.answer = answer
    up = ask("health", "--wait", "30s", "--url", receiver.url)
    assert (up.exit_code, up.stdout[:12]) == (0, "ok, version ")
    assert len(receiver.received) == 3


@pytest.mark.parametrize("wait", ["0s", "50ms"])
def test_it_waits_no_longer_than_it_may(nobody: int, wait: str) -> None:
    gone = ask("health", "--wait", wait, SANDBOX_PORT=str(nobody))
    assert (gone.exit_code, gone.stdout) == (3, "")
    assert gone.stderr.startswith(f"Error: no sandbox answers at http://127.0.0.1:{nobody} (")


def test_a_sandbox_that_refuses_is_not_waited_for(receiver: Receiver) -> None:
    receiver.answer = lambda handler, _: handler.reply(401, b'{"detail": "who are you?"}')
    refused = ask("health", "--wait", "30s", "--url", receiver.url)
    assert (refused.exit_code, refused.stderr) == (1, "Error: who are you?\n")
    assert len(receiver.received) == 1


def test_how_long_is_a_duration(nobody: int) -> None:
    wrong = ask("health", "--wait", "soon", SANDBOX_PORT=str(nobody))
    assert wrong.exit_code == 2
    assert "Invalid value for --wait: not a duration, such as 45s" in wrong.stderr
