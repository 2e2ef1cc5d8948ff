"""Speed in process: calls of the app itself, with neither a socket nor a test client."""

import json
import time  # noqa: TID251 (this measures real time)
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask

from tests.bench import filled
from tests.bench.bare import PATH, bare_app
from tests.bench.client import ratios
from tests.bench.figures import Figure, spread
from tests.bench.serving import LAHZA, LEAN

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

ROUNDS = 15
CALLS = 300
RESETS = 50
FEW = 100
MANY = 200_000
TAKEN = 30
"""Refunds that a round of one operation takes."""


class Call(NamedTuple):
    """One call of the API."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: object = None


class Answer(NamedTuple):
    status: str
    content_type: str
    body: bytes


def environ_of(call: Call) -> "WSGIEnvironment":
    """What a server would hand to the app, but for the body, which can be read just once."""
    path, _, query = call.path.partition("?")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8426",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8426",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in call.headers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    if call.body is not None:
        environ["CONTENT_TYPE"] = "application/json"
        environ["CONTENT_LENGTH"] = str(len(json.dumps(call.body)))
    return environ


def sender(app: Flask, call: Call) -> Callable[[], Answer]:
    """What makes a call over and over, and returns its answer."""
    environ = environ_of(call)
    body = b"" if call.body is None else json.dumps(call.body).encode()

    def send() -> Answer:
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            told.extend((status, headers))

        content = app({**environ, "wsgi.input": BytesIO(body)}, start)
        answer = b"".join(content)
        if (close := getattr(content, "close", None)) is not None:
            close()
        if told[0][:3] not in ("200", "201"):
            raise RuntimeError(f"{call}: {told[0]} {answer!r}")
        return Answer(told[0], dict(told[1])["Content-Type"], answer)

    return send


def seconds(send: Callable[[], object], times: int) -> float:
    """Seconds of this thread's time that so many calls take."""
    begun = time.thread_time()
    for _ in range(times):
        send()
    return time.thread_time() - begun


def calling() -> Iterator[Figure]:
    """GET and POST against bare Flask views, and a reset."""
    app, world = filled.frozen_app()
    made = filled.pay(world)
    filled.fill(world, made, FEW)
    filled.settled()
    for provider, calls in calls_of(made).items():
        ours = {name: sender(app, call) for name, call in calls.items()}
        answers = {name: send() for name, send in ours.items()}
        content_type = answers["get"].content_type
        bare = bare_app(answers["get"].body, answers["post"].body, content_type)
        for name, call in calls.items():
            theirs = sender(bare, call._replace(path=f"{PATH}/1" if name == "get" else PATH))
            both = partial(seconds, ours[name], CALLS), partial(seconds, theirs, CALLS)
            yield f"{name}.{provider}", spread(ratios(*both, ROUNDS))
    yield (
        "reset",
        spread(_reset(world.reset, partial(filled.pay, world)) * 1e3 for _ in range(ROUNDS)),
    )


def calls_of(made: filled.Filled) -> Mapping[str, Mapping[str, Call]]:
    """GET one refund and POST one more, by provider."""
    item = {"payment_id": made.payment, "amount": 1, "reason_code": "CUSTOMER_REQUEST"}
    wanted = {"transaction": made.transaction, "amount": 1}
    return {
        "lahza": {
            "get": Call("GET", f"/refund/{made.lahza[-1]}", LAHZA),
            "post": Call("POST", "/refund", LAHZA, wanted),
        },
        "lean": {
            "get": Call("GET", f"/payouts/refunds/{made.lean[-1]}", LEAN),
            "post": Call("POST", "/payouts/refunds", LEAN, [item]),
        },
    }


def _reset(reset: Callable[[], None], pay: Callable[[], object]) -> float:
    """Seconds that a reset takes after payments."""
    spent = 0.0
    for _ in range(RESETS):
        pay()
        spent += seconds(reset, 1)
    return spent / RESETS


# Growth -----------------------------------------------------------------------------------------


class Crowd:
    """An app with refunds, of which each operation takes some in the middle that none has had."""

    def __init__(self) -> None:
        self.app, self._world = filled.frozen_app()
        self.made = filled.pay(self._world)

    def fill(self, count: int) -> "Crowd":
        """Begin anew with so many of each provider."""
        self._world.reset()
        self.made = filled.pay(self._world)
        filled.fill(self._world, self.made, count)
        return self

    def take(self, provider: str) -> list[Any]:
        """Ids of some in the middle."""
        ids: list[Any] = getattr(self.made, provider)
        middle = (len(ids) - TAKEN) // 2
        taken = ids[middle : middle + TAKEN]
        if len(taken) < TAKEN:
            raise RuntimeError(f"no more refunds of {provider} in the middle")
        del ids[middle : middle + TAKEN]
        return taken


def _get_lean(crowd: Crowd) -> list[Call]:
    return [Call("GET", f"/payouts/refunds/{each}", LEAN) for each in crowd.take("lean")]


def _get_lahza(crowd: Crowd) -> list[Call]:
    return [Call("GET", f"/refund/{each}", LAHZA) for each in crowd.take("lahza")]


def _post(provider: str, crowd: Crowd) -> list[Call]:
    return [calls_of(crowd.made)[provider]["post"]] * TAKEN


def _list(path: str, headers: Mapping[str, str], crowd: Crowd) -> list[Call]:
    return [Call("GET", path.format(made=crowd.made), headers)] * TAKEN


def _action(status: str, crowd: Crowd) -> list[Call]:
    return [
        Call("PUT", "/payouts/refunds", LEAN, [{"refund_id": each, "status": status}])
        for each in crowd.take("lean")
    ]


def _advance(crowd: Crowd) -> list[Call]:
    """One of Lahza's refunds goes on with each, while all the others wait."""
    if json.loads(sender(crowd.app, _CLOCK)().body)["now"] < filled.FIRST_EVENT:
        to = {"to": filled.FIRST_EVENT, "limit": 1}
        sender(crowd.app, Call("POST", "/_sandbox/clock/advance", {}, to))()
    return [Call("POST", "/_sandbox/clock/advance", {}, {"by": filled.STEP})] * TAKEN


_CLOCK = Call("GET", "/_sandbox/clock", {})

OPERATIONS: Mapping[str, Callable[[Crowd], list[Call]]] = {
    "Lean GET one": _get_lean,
    "Lean list, first page": partial(_list, "/payouts/refunds?size=10", LEAN),
    "Lean list by status": partial(_list, "/payouts/refunds?size=10&status=CREATED", LEAN),
    "Lean POST": partial(_post, "lean"),
    "Lean approve one in the middle": partial(_action, "APPROVED"),
    "Lean reject one in the middle": partial(_action, "REJECTED"),
    "Lahza GET one": _get_lahza,
    "Lahza list, first page": partial(_list, "/refund?perPage=10", LAHZA),
    "Lahza list by transaction": partial(
        _list, "/refund?perPage=10&transaction={made.transaction}", LAHZA
    ),
    "Lahza POST": partial(_post, "lahza"),
    "advance of one event": _advance,
}
"""By name; each makes the calls of one round. The advance comes last: it moves the clock."""


def growing(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> Iterator[Figure]:
    """The time of each operation among many refunds, against that among few."""
    small, large = Crowd(), Crowd().fill(many)
    filled.settled()
    found = {}
    for name, operation in OPERATIONS.items():
        among_many = partial(_round, operation, lambda: large)
        among_few = partial(_round, operation, lambda: small.fill(few))
        found[name] = spread(ratios(among_many, among_few, rounds))
        yield f"growth.{name}", found[name]
    worst = max(found, key=lambda name: found[name].middle)
    yield "growth", found[worst]._replace(note=worst)


def _round(operation: Callable[[Crowd], list[Call]], crowd: Callable[[], Crowd]) -> float:
    standing = crowd()
    sends = [sender(standing.app, call) for call in operation(standing)]
    return seconds(lambda: [send() for send in sends], 1)
