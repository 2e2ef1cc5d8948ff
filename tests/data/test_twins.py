"""Of two sandboxes one is started anew after each change: nobody can tell which."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.data.kit import Kept
from tests.kit import Box, frozen, serving

NOW = "2027-01-01T09:00:00Z"
READS = (
    *("/clock", "/snapshots", "/requests", "/settings", "/webhooks", "/webhooks/deliveries"),
    *("/refunds", "/payments", "/fixtures", "/story", "/scenarios"),
)
OWN = {
    "name": "mine",
    "title": "Mine",
    "provider": "lean",
    "about": "of a test",
    "parameters": {"share": {"default": 1.5}},
    "script": [
        {"on": "request", "where": {"path": "/payouts/refunds"}, "times": 2, "delay": "1ms"}
    ],
}


pytestmark = pytest.mark.slow


class Twins(NamedTuple):
    """The same calls go to both; what is answered must be the same."""

    memory: Box
    kept: Kept

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        answers = [box.admin.call(method, path, body) for box in self]
        return self._same(answers, restarts=method != "GET")

    def lean(self, method: str, path: str, body: Any = None, **rest: Any) -> Any:
        return self._same([box.lean.call(method, path, body, **rest) for box in self])

    def lahza(self, method: str, path: str, body: Any = None, **rest: Any) -> Any:
        return self._same([box.lahza.call(method, path, body, **rest) for box in self])

    def _same(self, answers: list[Any], restarts: bool = True) -> Any:
        one, other = answers
        assert other.status_code == one.status_code
        shown = [_plain(answer.text, box) for answer, box in zip(answers, self, strict=True)]
        assert shown[1] == shown[0]
        traces = [answer.headers.get("lean-trace-id") for answer in answers]
        assert traces[0] == traces[1]
        if restarts:
            self.kept.restart()
        return one.json() if one.text else None

    def refund(self, amount: Any = 3, **rest: Any) -> Any:
        payment = self.admin("POST", "/lean/payments", {})["id"]
        item = {"payment_id": payment, "amount": amount, "reason_code": "CUSTOMER_REQUEST"}
        item["status"] = "APPROVED"
        return self.lean("POST", "/payouts/refunds", [item], **rest)

    def compare(self) -> None:
        for path in READS:
            self.admin("GET", path)


def _plain(text: str, box: Box) -> str:
    """An answer without what differs between any two servers: the port, and real time."""
    return _REAL.sub("", text.replace(box.url.rpartition("/")[2], "HOST"))


_REAL = re.compile(r'"duration[a-z_]*":"?[0-9.a-z]+"?')


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Twins]:
    settings = frozen(NOW)
    with serving(settings) as memory, closing(Kept(tmp_path / "data", settings)) as kept:
        yield Twins(memory, kept)


def test_scenarios_go_on_where_they_were(twins: Twins) -> None:
    twins.admin("POST", "/scenarios", OWN)
    for name in ("mine", "webhooks-out-of-order", "refund-stuck", "webhook-late"):
        twins.admin("PUT", f"/scenarios/{name}", {})
    twins.refund()
    twins.refund(scenario="refund-fails", headers={"idempotency-key": "once"})
    twins.admin("POST", "/clock/advance", {"by": "10m"})
    twins.compare()
    twins.admin("DELETE", "/scenarios/refund-stuck")
    twins.admin("DELETE", "/scenarios/webhook-late")
    assert twins.admin("POST", "/clock/advance", {"by": "10m"})["events"]
    twins.admin("DELETE", "/scenarios/webhooks-out-of-order")
    twins.admin("POST", "/clock/advance", {"until": "idle"})
    twins.refund(headers={"idempotency-key": "once"})
    twins.compare()


def test_deliveries_that_wait_to_be_pulled_or_for_the_clock_go_on_waiting(twins: Twins) -> None:
    twins.admin("PATCH", "/settings", {"lean": {"pending_after": "7s"}, "webhook_timeout": "3s"})
    twins.admin("PUT", "/webhooks/lean", {"url": "pull:", "events": ["payment.created"]})
    twins.refund()
    twins.refund()
    pulled = twins.admin("POST", "/webhooks/deliveries/pull", {})
    twins.compare()
    twins.admin("POST", f"/webhooks/deliveries/{pulled['delivery']['id']}/answer", {"status": 500})
    twins.admin("POST", "/clock/advance", {"by": "1h", "pull": True})
    twins.admin("POST", "/webhooks/deliveries/pull", {})
    twins.compare()
    twins.admin("POST", "/reset", {"webhook_dispatch": "on_advance"})
    twins.refund()
    twins.compare()


def test_snapshots_are_restored_as_they_were(twins: Twins) -> None:
    twins.refund()
    twins.admin("PUT", "/snapshots/one")
    twins.admin("POST", "/clock/advance", {"by": "31s"})
    twins.lahza("POST", "/transaction/initialize", {"email": "a@b.example", "amount": 500})
    twins.admin("PUT", "/snapshots/two")
    twins.admin("POST", "/snapshots/one/restore")
    twins.compare()
    twins.refund()
    twins.admin("PUT", "/snapshots/one")
    twins.admin("POST", "/snapshots/two/restore")
    twins.compare()
    twins.admin("DELETE", "/snapshots/two")
    twins.admin("POST", "/snapshots/one/restore")
    twins.admin("POST", "/clock/advance", {"until": "idle"})
    twins.compare()
    twins.admin("DELETE", "/requests")
    twins.refund()
    twins.admin("POST", "/reset", {})
    twins.compare()
