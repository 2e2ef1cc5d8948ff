"""Receivers of webhooks that are no servers: functions, and the test clients of web frameworks.

Deliveries wait in the sandbox until the test waits for them; then they are handed over in its own
thread, so that nothing of the code under test runs beside it.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from .connection import Connection

__tracebackhide__ = True  # pytest then shows the test instead

PULL = "pull:"
"""In the place of an address: deliveries wait to be fetched."""
_MOST = 100_000
"""Deliveries handed over in one go; more can only be those that cause each other."""
_SHOWN, _MOST_OF_AN_ERROR = 1000, 500
"""Characters of an answer, and of an error, that are kept."""


class Webhook(NamedTuple):
    """A delivery as it would go over the wire.

    Attributes:
        headers: those that the provider sends, the signature among them.
        body: byte for byte.
    """

    provider: str
    event: str
    subject: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)


Receiver: TypeAlias = Callable[[Webhook], Any]
"""It answers as views do: with a response, a status, (status, body), or None for 200."""


def receiver_of(target: object, path: str) -> Receiver | None:
    """What hands a delivery to a function, or to a test client of Django, Flask or Starlette.

    What can be called is a function, whatever else it has: a mock has a `post`, too.

    Args:
        target: the function or client.
        path: for a client: of the view.

    Returns:
        None: it is neither.

    Raises:
        TypeError: it can't be called with a webhook alone.
    """
    if not callable(target):
        post = getattr(target, "post", None)
        return _posting(post, path) if callable(post) else None
    try:
        takes = inspect.signature(target)
    except Exception:  # (some of those written in C, and some mocks, do not say what they take)
        return target
    try:
        takes.bind(None)
    except TypeError as error:
        said = f"{target!r} does not take one argument, a webhook"
        if {"environ", "scope"} & takes.parameters.keys():
            said += "; of an application, give the test client"
        raise TypeError(said) from error
    return target


def _posting(post: Callable[..., Any], path: str) -> Receiver:
    takes = inspect.signature(post).parameters

    def receive(webhook: Webhook) -> Any:
        headers = dict(webhook.headers)
        if "content" in takes:  # Starlette's, or FastAPI's: httpx
            return post(path, content=webhook.body, headers=headers)
        if "content_type" in takes:  # Django's
            kind = headers.pop("Content-Type")
            more = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in headers.items()}
            return post(path, data=webhook.body, content_type=kind, **more)
        return post(path, data=webhook.body, headers=headers)  # Flask's: Werkzeug

    return receive


class Receivers:
    """Those of one client, by provider and domain."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, str | None], Receiver] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def add(self, provider: str, domain: str | None, receiver: Receiver) -> None:
        """Hand the deliveries of a provider's domain to a receiver."""
        self._known[provider, domain] = receiver

    def drop(self, provider: str, domain: str | None = None) -> None:
        """Hand no more over: those of one domain, or of all."""
        for known in list(self._known):
            if known[0] == provider and domain in (None, known[1]):
                del self._known[known]

    def serve(self) -> list[dict[str, Any]]:
        """Hand over all that waits, in its order, and what that causes; how each went.

        Raises:
            RuntimeError: there is no end to it.
        """
        served: list[dict[str, Any]] = []
        while self._known:
            waiting = self._connection.call("POST", "webhooks", "deliveries", "pull")["delivery"]
            if waiting is None:
                break
            if len(served) == _MOST:
                raise RuntimeError(f"after {_MOST} webhooks a receiver still causes more of them")
            path = ("webhooks", "deliveries", str(waiting["id"]), "answer")
            served.append(self._connection.call("POST", *path, body=self._answer(waiting)))
        return served

    def flush(self) -> list[dict[str, Any]]:
        """Let go out what waits, here and in the sandbox, and what that causes; what was tried."""
        tried: dict[int, dict[str, Any]] = {}
        while True:
            sent = self._connection.call("POST", "webhooks", "deliveries", "flush")["deliveries"]
            served = self.serve()
            tried |= {each["id"]: each for each in (*sent, *served)}
            if not served:
                return [*tried.values()]

    def _answer(self, waiting: Mapping[str, Any]) -> dict[str, Any]:
        """What a receiver makes of a delivery, as the admin API takes it."""
        receiver = self._known.get((waiting["provider"], waiting["domain"]))
        if receiver is None:
            return {"error": "this client has no receiver for it"}
        given = waiting["provider"], waiting["event"], waiting["subject"]
        webhook = Webhook(*given, waiting["headers"], waiting["text"].encode())
        try:
            answer = receiver(webhook)
            if inspect.isawaitable(answer):
                if inspect.iscoroutine(answer):
                    answer.close()
                return {"error": "the receiver is async: it can't be awaited here"}
            return _told(answer)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}".rstrip(": ")[:_MOST_OF_AN_ERROR]}


def _told(answer: Any) -> dict[str, Any]:
    status, body = answer if isinstance(answer, tuple) and len(answer) == 2 else (answer, "")
    if status is None:
        status = 200
    if not isinstance(status, int):
        raw = getattr(answer, "content", None) or getattr(answer, "data", None)  # (Werkzeug's)
        body = raw if isinstance(raw, bytes) else ""
        status = getattr(answer, "status_code", None)
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        shown = status if isinstance(status, int) else f"something else ({type(answer).__name__})"
        means = "give None, a status from 100 to 599, (status, body) or a response"
        return {"error": f"the receiver returned {shown}: {means}"}
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    return {"status": status, "body": text[:_SHOWN]}
