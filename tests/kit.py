"""A client of the sandbox for tests: one keep-alive session, and a few short words."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import requests
from flask import Flask

from sandbox.engine.time.clock import Start
from sandbox.engine.values.instants import parse_instant
from sandbox.server import running
from sandbox.settings import Settings
from tests.conforming import require_described

LEAN = {"lean-app-token": "test-app"}
LAHZA = {"Authorization": "Bearer sk_test_kit"}
LIVE = {"Authorization": "Bearer sk_live_kit"}


class Api:
    """Calls below one path, with the same headers. A body that is not bytes is sent as JSON."""

    def __init__(self, session: requests.Session, base: str, headers: dict[str, str]) -> None:
        self.is_scripted = False
        self._session = session
        self._base = base
        self._headers = headers

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        scenario: str | None = None,
        **rest: Any,
    ) -> requests.Response:
        sent = {**self._headers, **(headers or {})}
        if scenario is not None:
            sent["Sandbox-Scenario"] = scenario
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        response = self._session.request(
            method, self._base + path, data=body, headers=sent, timeout=30, **rest
        )
        if not self.is_scripted:
            require_described(response)
        return response

    def get(self, path: str, **rest: Any) -> requests.Response:
        return self.call("GET", path, **rest)

    def post(self, path: str, body: Any = None, **rest: Any) -> requests.Response:
        return self.call("POST", path, body, **rest)

    def put(self, path: str, body: Any = None, **rest: Any) -> requests.Response:
        return self.call("PUT", path, body, **rest)

    def patch(self, path: str, body: Any = None, **rest: Any) -> requests.Response:
        return self.call("PATCH", path, body, **rest)

    def delete(self, path: str, **rest: Any) -> requests.Response:
        return self.call("DELETE", path, **rest)


class Box:
    """A running sandbox: both providers' APIs, the admin API, and what tests do most.

    Attributes:
        app: the server's application, where it was started here.
    """

    def __init__(self, url: str, app: Flask | None = None) -> None:
        self.url = url
        self.app = app
        self._session = requests.Session()
        self._session.trust_env = False
        self.lean = Api(self._session, url, LEAN)
        self.lahza = Api(self._session, url, LAHZA)
        self.live = Api(self._session, url, LIVE)
        self.anyone = Api(self._session, url, {})
        self.admin = Api(self._session, url + "/_sandbox", {})

    def may_be_scripted(self, may_be: bool) -> None:
        """Whether answers may be ones that no document describes: a test's own."""
        for api in (self.lean, self.lahza, self.live, self.anyone, self.admin):
            api.is_scripted = may_be

    def close(self) -> None:
        self._session.close()

    def on(self, name: str, **parameters: Any) -> None:
        """Switch a scenario on."""
        answer = self.admin.put(f"/scenarios/{name}", {"parameters": parameters})
        assert answer.status_code == 200, answer.text

    def off(self, name: str) -> None:
        """Switch a scenario off."""
        assert self.admin.delete(f"/scenarios/{name}").status_code == 200

    def advance(self, by: str) -> list[dict[str, str]]:
        """Move the clock forward; returns what happened."""
        answer = self.admin.post("/clock/advance", {"by": by})
        assert answer.status_code == 200, answer.text
        events: list[dict[str, str]] = answer.json()["events"]
        return events

    def payment(self, **values: Any) -> str:
        """A new Lean payment's id; 100 AED and reconciled unless said."""
        answer = self.admin.post("/lean/payments", values)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def lean_refund(self, payment_id: str, amount: Any = 10, **values: Any) -> requests.Response:
        """`POST /payouts/refunds` of one item."""
        item = {"payment_id": payment_id, "amount": amount, "reason_code": "CUSTOMER_REQUEST"}
        return self.lean.post("/payouts/refunds", [{**item, **values}])

    def lean_status(self, refund_id: str) -> str:
        """A Lean refund's status."""
        return str(self.lean.get(f"/payouts/refunds/{refund_id}").json()["status"])

    def transaction(self, **values: Any) -> int:
        """A new Lahza transaction's id; 10000 ILS, test and successful unless said."""
        answer = self.admin.post("/lahza/transactions", values)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def lahza_refund(self, transaction: Any, **values: Any) -> requests.Response:
        """`POST /refund`."""
        return self.lahza.post("/refund", {"transaction": transaction, **values})

    def lahza_status(self, refund_id: int) -> str:
        """A Lahza refund's status."""
        return str(self.lahza.get(f"/refund/{refund_id}").json()["data"]["status"])


@contextmanager
def serving(settings: Settings) -> Iterator[Box]:
    """A sandbox of its own for one test, on a free port."""
    with running(settings._replace(port=0)) as server, closing(Box(server.url, server.app)) as box:
        yield box


def frozen(now: str, **rest: Any) -> Settings:
    """Settings of a sandbox whose clock stands at a moment."""
    return Settings(start=Start(now=parse_instant(now), mode="frozen"), **rest)
