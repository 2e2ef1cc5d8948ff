"""Sixteen clients of a server that may be killed at any moment; each knows what was answered."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from random import Random  # noqa: TID251
from typing import Any

SHARED = ("a", "b", "c")
"""Worlds in which several clients pay, refund, approve and move the clock."""
_HEADERS = {"lean-app-token": "test-app", "Content-Type": "application/json"}
LAHZA = {"Authorization": "Bearer sk_test_data"}


class Gone(Exception):
    """The server has been killed."""


class Client:
    """A connection to a world of a server; an answer in the 500s ends the test."""

    def __init__(
        self, port: int, world: str, answered: Callable[[], object] = lambda: None
    ) -> None:
        self.world, self._answered = world, answered
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        status: int | None = None,
        headers: dict[str, str] = _HEADERS,
    ) -> Any:
        """What is answered; the status is looked at alone where it says that something is wrong."""
        data = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, f"/w/{self.world}{path}", data, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, HTTPException) as error:
            raise Gone from error
        wanted = (200, 201, 409) if status is None else (status,)
        assert answer.status in wanted, (path, answer.status, text)
        self._answered()
        return json.loads(text) if text else None

    def status(self, method: str, path: str, body: Any) -> int:
        """The status of an answer, whatever it is."""
        self._connection.request(method, f"/w/{self.world}{path}", json.dumps(body), _HEADERS)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def refund(self, payment: str, amounts: list[int], batch: str) -> list[str]:
        """Refund parts of a payment in one call; the ids."""
        items = [
            {
                "payment_id": payment,
                "amount": amount,
                "reason_code": "CUSTOMER_REQUEST",
                "external_reference": f"{batch}-{n}",
                "description": batch,
            }
            for n, amount in enumerate(amounts)
        ]
        return [made["refund_id"] for made in self.call("POST", "/payouts/refunds", items)]

    def close(self) -> None:
        self._connection.close()


class Load:
    """What the clients do until the server is gone, and what they were answered.

    Attributes:
        refunds: those made, by world; their batches.
        approved: those that were approved.
        made, removed: worlds that were made, and of those the ones that were removed.
        alone: of worlds that one client has alone, what must be there: either of two lists.
    """

    def __init__(self, port: int, random: Random, run: int) -> None:
        self.refunds: dict[str, dict[str, str]] = {world: {} for world in SHARED}
        self.approved: dict[str, set[str]] = {world: set() for world in SHARED}
        self.made: set[str] = set()
        self.removed: set[str] = set()
        self.in_doubt: set[str] = set()
        self.alone: dict[str, tuple[list[str], ...]] = {}
        self.answered = 0
        self.wrong: list[BaseException] = []
        self._port, self._run = port, run
        self._changed = threading.Condition()
        self._snaps = threading.Event()
        self._over = False
        jobs: list[tuple[str, Callable[[Client, Random, int], None]]] = [
            *[(SHARED[n % 3], self._pay_and_refund) for n in range(9)],
            *[(world, self._move_on) for world in SHARED],
            *[(f"alone-{n}", self._snap) for n in range(2)],
            *[(f"none-{n}", self._come_and_go) for n in range(2)],
        ]
        self._threads = [
            threading.Thread(target=self._work, args=(job, world, random.random(), n))
            for n, (world, job) in enumerate(jobs)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Do all that until the block ends, in which the server is killed."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._over = True
            for thread in self._threads:
                thread.join(60)
        if self.wrong:
            raise self.wrong[0]

    def wait_for(self, answers: int) -> None:
        """Wait until so many calls have been answered."""
        with self._changed:
            enough = self._changed.wait_for(lambda: self.answered >= answers or self.wrong, 60)
        assert enough, "the server answers no longer"

    def wait_for_a_snapshot(self) -> None:
        """Wait until one is about to be taken or restored."""
        self._snaps.clear()
        assert self._snaps.wait(60) or self.wrong, "no snapshot is taken"

    def _work(
        self, job: Callable[[Client, Random, int], None], world: str, seed: float, n: int
    ) -> None:
        try:
            with closing(Client(self._port, world, self._count)) as client:
                random = Random(seed)
                while not self._over:
                    job(client, random, n)
        except Gone:
            pass
        except BaseException as error:
            self.wrong.append(error)

    def _count(self) -> None:
        with self._changed:
            self.answered += 1
            self._changed.notify_all()

    def _pay_and_refund(self, client: Client, random: Random, n: int) -> None:
        payment = client.call("POST", "/_sandbox/lean/payments", {"amount": 100})["id"]
        for _ in range(3):
            batch = f"{self._run}-{n}-{random.random()}"
            made = client.refund(payment, [random.randint(1, 9) for _ in range(3)], batch)
            self.refunds[client.world].update(dict.fromkeys(made, batch))
            choice = random.choice(made)
            client.call("PUT", "/payouts/refunds", [{"refund_id": choice, "status": "APPROVED"}])
            self.approved[client.world].add(choice)
            client.call("GET", f"/payouts/refunds/{choice}")

    def _move_on(self, client: Client, random: Random, _: int) -> None:
        by = random.choice(["1s", "31s", "6m"])
        client.call("POST", "/_sandbox/clock/advance", {"by": by})

    def _snap(self, client: Client, random: Random, n: int) -> None:
        """Refund, keep, refund, go back: what must be there is known at each moment."""
        world = client.world

        def there(*lists: list[str]) -> None:
            self.alone[world] = lists

        payment = client.call("POST", "/_sandbox/lean/payments", {"amount": 100})["id"]
        rows = client.call("GET", "/payouts/refunds?size=1000")["content"]
        before = sorted(row["refund_id"] for row in rows)
        there(before)
        self._snaps.set()
        client.call("PUT", "/_sandbox/snapshots/one")
        batch = f"{self._run}-{n}-{random.random()}"
        self.alone[world] = (before, [batch])  # either nothing of it, or all
        made = client.refund(payment, [1, 2, 3], batch)
        after = sorted([*before, *made])
        there(after)
        if random.random() < 0.7:
            there(after, before)
            self._snaps.set()
            client.call("POST", "/_sandbox/snapshots/one/restore")
            there(before)

    def _come_and_go(self, client: Client, random: Random, n: int) -> None:
        name = f"{self._run}-{n}-{random.randint(0, 10**9)}"
        with closing(Client(self._port, name)) as there:
            self.in_doubt.add(name)
            payment = there.call("POST", "/_sandbox/lean/payments", {"amount": 100})["id"]
            there.refund(payment, [5], name)
            self.made.add(name)
            self.in_doubt.discard(name)
        if random.random() < 0.8:
            self.in_doubt.add(name)
            client.call("DELETE", f"/_sandbox/worlds/{name}")
            self.removed.add(name)
            self.in_doubt.discard(name)
