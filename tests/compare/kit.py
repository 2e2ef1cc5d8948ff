"""A provider's test mode for tests: a second sandbox, whose answers a test may change."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from sandbox.app import data_folder
from sandbox.cli import main
from sandbox.client import Sandbox
from sandbox.compare.calls import Answer, Call, send
from sandbox.compare.safety import address_of

Change = Callable[[Call, Answer], Answer]
CREDENTIALS = {
    "LEAN_CLIENT_ID": "planted-client",
    "LEAN_CLIENT_SECRET": "planted-secret",
    "LAHZA_SECRET_KEY": "sk_test_planted",
}
PAYMENT = "1ea00000-0000-4000-a000-000000000001"
NEEDS = {
    "payment": PAYMENT,
    "unreconciled": "1ea00000-0000-4000-a000-000000000002",
    "account": "2652e3ac-3f34-48c2-b1ae-ed81e30c6601",
    "transaction": "fixture-success",
}
SHIPPED = sorted(path.stem for path in data_folder("comparisons").iterdir())


class Other:
    """A second sandbox, behind a port of its own.

    Attributes:
        url: where it answers as the provider.
        seen: the calls that came, in order.
        change: what becomes of each answer.
    """

    def __init__(self, behind: Sandbox) -> None:
        self.behind = behind
        self.seen: list[Call] = []
        self.change: Change = unchanged
        address = address_of(behind.url, "", None)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                target = self.requestline.split()[1]
                call = Call(
                    self.command, target, tuple(self.headers.items()), self.rfile.read(length)
                )
                outer.seen.append(call)
                kept = (h for h in call.headers if h[0] not in ("Host", "Connection"))
                onward = tuple(h for h in kept if h[0] != "Content-Length")
                answer = outer.change(call, send(address, call._replace(headers=onward)))
                self.send_response_only(answer.status)
                is_bare = self.command == "HEAD"
                for name, value in answer.headers:
                    if name != "Connection" and (is_bare or name != "Content-Length"):
                        self.send_header(name, value)
                if not is_bare:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        return [f"{call.method} {call.target}" for call in self.seen]


def unchanged(_: Call, answer: Answer) -> Answer:
    return answer


@contextmanager
def another(behind: Sandbox) -> Iterator[Other]:
    """One in front of a sandbox, as long as the block lasts."""
    other = Other(behind)
    thread = threading.Thread(target=other.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield other
    finally:
        other.server.shutdown()
        other.server.server_close()
        thread.join(10)


def on(method: str, path: str, **change: Any) -> Change:
    """Change the answers to one call: its `status`, its `body` as JSON or text, `headers`."""

    def changed(call: Call, answer: Answer) -> Answer:
        if call.method != method or not call.path.startswith(path):
            return answer
        answer = answer._replace(status=change.get("status", answer.status))
        if "body" in change:
            made = change["body"](json.loads(answer.body))
            raw = made if isinstance(made, str) else json.dumps(made)
            answer = answer._replace(body=raw.encode())
        if "text" in change:
            answer = answer._replace(body=change["text"](answer.body.decode()).encode())
        if "headers" in change:
            answer = answer._replace(headers=tuple(change["headers"](answer.headers)))
        return answer

    return changed


def run(*words: str, env: Mapping[str, str] = CREDENTIALS, **rest: Any) -> Result:
    """Run `compare`; what goes wrong is no exception but an exit code."""
    result = CliRunner().invoke(main, ["compare", *words], env=env, prog_name="x", **rest)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def compared(other: Other, *words: str) -> Any:
    """What is found beside a provider, as JSON."""
    sets = [word for name, value in NEEDS.items() for word in ("--set", f"{name}={value}")]
    where = ("--lean", other.url, "--lahza", other.url)
    result = run(*words, *where, "--yes", "--json", *sets)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def found(report: Any) -> list[tuple[str, str, str, str, str]]:
    """The differences, without the script's name."""
    return [tuple(each[key] for key in KEYS) for each in report["differences"]]


KEYS = ("step", "place", "what", "theirs", "ours")


def script(folder: Path, text: str, name: str = "mine") -> str:
    """A script's file."""
    file = folder / f"{name}.yaml"
    file.write_text(text, "utf-8")
    return str(file)


def refused(result: Result, code: int = 1) -> str:
    """The one line that says why not."""
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    last = result.stderr.splitlines()[-1]
    assert code != 1 or result.stderr.count("\n") == 1, result.stderr
    return last.removeprefix("Error: ")
