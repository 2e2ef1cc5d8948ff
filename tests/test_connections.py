"""What one client can take from the others: long bodies, many connections, slow ones."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.connections import MOST_OF_A_LINE, STALE
from sandbox.engine.time.clock import elapsed
from sandbox.http.bodies import MOST_BYTES
from sandbox.server import MOST_OF_HEADERS
from sandbox.settings import Settings
from tests.kit import LAHZA, LEAN, Box, serving

GUARD = 20
"""Seconds, against hanging."""


def connected(url: str) -> socket.socket:
    at = urlsplit(url)
    return socket.create_connection((str(at.hostname), int(at.port or 0)), GUARD)


def head(method: str, path: str, *more: str, version: str = "1.1") -> bytes:
    """A request's first line and headers."""
    known = [f"{name}: {value}" for name, value in {**LEAN, **LAHZA}.items()]
    lines = [f"{method} {path} HTTP/{version}", "Host: sandbox", *known, *more, "", ""]
    return "\r\n".join(lines).encode()


def last_words(sock: socket.socket) -> bytes:
    """All that comes until the other end says no more."""
    return b"".join(iter(lambda: sock.recv(65536), b""))


def only_answer(url: str, *sent: bytes) -> tuple[int, bytes]:
    """The status and the body of the one answer that comes before the connection ends."""
    with connected(url) as sock:
        for part in sent:
            sock.sendall(part)
        said = last_words(sock)
    first, _, body = said.partition(b"\r\n\r\n")
    assert said.count(b"\r\nServer: ") == 1
    assert b"\r\nConnection: close" in first
    return int(first.split()[1]), body


def test_a_client_that_speaks_https_is_let_go_at_once_and_the_log_says_why_but_once(
    box: Box, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.connections._speaks_https._warned_at", None)
    for _ in range(3):
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(box.url.replace("http:", "https:") + "/refund", timeout=GUARD)
    warned = "https came to this port, which speaks http: use a base URL of http://"
    assert caplog.messages == [warned]
    assert box.lahza.get("/refund").status_code == 200


def test_a_body_may_begin_as_https_does(box: Box) -> None:
    """It is the connection's first bytes that count."""
    with connected(box.url) as sock:
        sock.sendall(head("POST", "/refund", "Content-Length: 2"))
        sock.sendall(b"\x16\x03")
        assert sock.recv(65536).startswith(b"HTTP/1.1 400 ")


# Long ones ------------------------------------------------------------------------------------


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that can make no temporary file."""

    def wanted(*_: object, **__: object) -> None:
        raise OSError("a temporary file is wanted")

    monkeypatch.setattr("tempfile.TemporaryFile", wanted)


REFUSED = [
    ("/payouts/refunds", 400, f"over {MOST_BYTES} bytes"),
    ("/refund", 400, "Invalid request body"),
    ("/_sandbox/seed", 413, f"a body has at most {MOST_BYTES} bytes"),
]


@pytest.mark.parametrize("more", [(), ("Expect: 100-continue",)], ids=["", "expecting"])
@pytest.mark.parametrize(("path", "status", "words"), REFUSED)
def test_too_long_a_body_is_refused_before_it_comes(
    box: Box, path: str, status: int, words: str, more: tuple[str, ...]
) -> None:
    length = f"Content-Length: {MOST_BYTES + 1}"
    answered, body = only_answer(box.url, head("POST", path, length, *more))

    assert answered == status
    assert words in json.loads(body)["detail" if status == 413 else "message"]


def test_too_long_a_body_in_chunks_is_refused_before_it_ends(box: Box, no_files: None) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    start = head("POST", "/refund", "Transfer-Encoding: chunked")
    status, body = only_answer(box.url, start, *[chunk] * (MOST_BYTES // 0x10000), chunk)

    assert (status, json.loads(body)["message"]) == (400, "Invalid request body")


def test_a_refused_body_is_in_the_journal_by_its_length_alone(box: Box) -> None:
    only_answer(box.url, head("POST", "/refund", f"Content-Length: {MOST_BYTES + 1}"))
    seen = box.admin.get("/requests").json()["requests"][0]

    assert (seen["path"], seen["status"], seen["body"]) == ("/refund", 400, None)
    assert seen["headers"]["Content-Length"] == str(MOST_BYTES + 1)
    assert "Connection" not in seen["headers"]


def test_a_client_that_sends_too_long_a_body_to_its_end_reads_the_answer(
    box: Box, no_files: None
) -> None:
    for body in (b"x" * 16 * MOST_BYTES, iter([b"x" * MOST_BYTES] * 16)):
        at = urlsplit(box.url)
        connection = HTTPConnection(str(at.hostname), at.port, GUARD)
        connection.request("POST", "/_sandbox/seed", body)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (413, "close")
        connection.close()


def test_the_longest_body_allowed_is_read_and_in_no_file(box: Box, no_files: None) -> None:
    body = b"{}".rjust(MOST_BYTES)

    assert box.admin.put("/clock", body).status_code == 200
    chunks = (body[n : n + 8192] for n in range(0, MOST_BYTES, 8192))
    assert requests.put(f"{box.url}/_sandbox/clock", chunks, timeout=GUARD).status_code == 200
    assert requests.put(f"{box.url}/_sandbox/clock", body + b" ", timeout=GUARD).status_code == 413


def test_headers_and_lines_of_a_chunked_body_have_a_limit_too(box: Box) -> None:
    long_header = head("GET", "/refund", "X-Long: " + "x" * MOST_OF_HEADERS)
    assert only_answer(box.url, long_header)[0] == 431
    chunked = head("POST", "/refund", "Transfer-Encoding: chunked")
    assert only_answer(box.url, chunked, b"1;" + b"x" * MOST_OF_A_LINE)[0] == 400
    assert only_answer(box.url, chunked, b"0\r\nX: " + b"x" * MOST_OF_A_LINE)[0] == 400


# Unclear ones ---------------------------------------------------------------------------------

CHUNKED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("version", "headers"),
    [
        ("1.1", ["Content-Length: 5", CHUNKED]),
        ("1.1", [CHUNKED, CHUNKED]),
        ("1.1", ["Transfer-Encoding:", "Content-Length: 5"]),
        ("1.0", [CHUNKED]),
        ("1.1", ["Content-Length: 5", "Content-Length: 5"]),
        ("1.1", ["Content-Length: " + "5" * 5000]),
    ],
)
def test_a_request_whose_end_is_unclear_is_refused_and_ends_the_connection(
    box: Box, version: str, headers: list[str]
) -> None:
    unclear = head("GET", "/_sandbox/health", *headers, version=version)

    assert only_answer(box.url, unclear + b"0\r\n\r\n" + head("GET", "/refund"))[0] == 400


def test_who_expects_to_be_asked_for_no_body_is_answered(box: Box) -> None:
    sent = head("GET", "/_sandbox/clock", "Expect: 100-continue", "Connection: close")

    assert only_answer(box.url, sent)[0] == 200


# Many and slow ones ---------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A sandbox that takes eight connections."""
    monkeypatch.setattr("sandbox.server.CONNECTIONS", 8)
    with serving(Settings()) as box:
        yield box


def is_closed(sock: socket.socket) -> bool:
    try:
        return sock.recv(65536) == b""
    except ConnectionResetError:
        return True


def is_answered(sock: socket.socket) -> bool:
    sock.sendall(head("GET", "/_sandbox/health"))
    return status_of_answer(sock) == 200


def status_of_answer(sock: socket.socket) -> int:
    answer = HTTPResponse(sock)
    answer.begin()
    answer.read()
    return answer.status


def test_idle_connections_do_not_keep_others_out(small: Box) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(connected(small.url)) for _ in range(12)]
        used = [stack.enter_context(connected(small.url)) for _ in range(6)]
        assert all(map(is_answered, used))
        assert all(map(is_closed, silent[:10]))
        assert all(map(is_answered, [*silent[10:], *used]))


def test_half_a_request_holds_no_place(small: Box) -> None:
    with ExitStack() as stack:
        used = stack.enter_context(connected(small.url))
        assert is_answered(used)
        halves = [stack.enter_context(connected(small.url)) for _ in range(8)]
        for half in halves:
            half.sendall(b"GET /_sandbox/health HTTP/1.1\r\n")
        assert is_closed(used)
        late = [stack.enter_context(connected(small.url)) for _ in range(3)]
        assert all(map(is_answered, late))
        assert all(map(is_closed, halves[:3]))


def test_who_waits_for_an_answer_is_not_closed_to_make_room(small: Box) -> None:
    small.on("slow-provider", delay=600, times=1)
    with ExitStack() as stack:
        waiting = stack.enter_context(connected(small.url))
        waiting.sendall(head("GET", "/refund"))
        idle = [stack.enter_context(connected(small.url)) for _ in range(10)]
        assert all(map(is_closed, idle[:3]))
        small.off("slow-provider")
        assert status_of_answer(waiting) == 200


@pytest.mark.skipif(sys.platform == "win32", reason="such limits are Unix's")
def test_connections_leave_files_for_other_things() -> None:
    """As on macOS, where a process may have 256 open."""
    few = 'ulimit -n 128; exec "$0" -m sandbox serve --port 0'
    command = ["bash", "-c", few, sys.executable]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, ExitStack() as s:
        s.callback(process.kill)
        assert process.stdout is not None
        url = process.stdout.readline().split()[4]
        idle = [s.enter_context(connected(url)) for _ in range(200)]
        assert all(map(is_closed, idle[:150]))
        assert is_answered(s.enter_context(connected(url)))


def test_who_asks_and_does_not_read_keeps_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.threads.THREADS", 1)
    with serving(Settings()) as box, ExitStack() as stack:
        for _ in range(120):
            box.lahza.post("/refund", b"x" * 65536)
        deaf = stack.enter_context(connected(box.url))
        deaf.sendall(head("GET", "/_sandbox/requests?limit=1000") * 5)
        other = stack.enter_context(connected(box.url))
        assert all(is_answered(other) for _ in range(8))  # (they and the deaf one's take turns)
        deaf.sendall(head("GET", "/_sandbox/health", "Connection: close"))
        heard = last_words(deaf)
    assert heard.count(b"HTTP/1.1 200 OK") == 6


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the time go by in which a connection becomes stale."""

    def passes() -> None:
        monkeypatch.setattr("sandbox.connections.elapsed", lambda: elapsed() + STALE + 1)

    return passes


def test_whoever_is_too_slow_is_let_go(small: Box, pass_time: Callable[[], None]) -> None:
    for _ in range(160):
        small.lahza.post("/refund", b"x" * 65536)
    with ExitStack() as stack:
        silent, half, deaf = (stack.enter_context(connected(small.url)) for _ in range(3))
        assert is_answered(half)
        half.sendall(b"GET /_sandbox/health HTTP/1.1\r\n")
        deaf.sendall(head("GET", "/_sandbox/requests?limit=1000"))
        heard = deaf.recv(1000)
        pass_time()
        assert is_answered(stack.enter_context(connected(small.url)))
        assert is_closed(silent)
        assert is_closed(half)
        heard += last_words(deaf)
    headers, _, body = heard.partition(b"\r\n\r\n")
    assert len(body) < int(headers.partition(b"Content-Length: ")[2].split()[0])
