"""What the walks through both providers share: time, webhooks, snapshots, and what always holds.

A walk is a random sequence of calls. A model says how each is answered and what comes of it. What
happens by itself, later, is taken from the webhooks, which tell of each move of a document once:
so after each step the lists must show what the model says, and the model what webhooks have told.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, TypeVar

import requests
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.conftest import NOW
from tests.kit import Api, Box
from tests.receiver import Receiver

SPANS = {
    "1s": timedelta(seconds=1),
    "31s": timedelta(seconds=31),
    "6m": timedelta(minutes=6),
    "16m": timedelta(minutes=16),
    "61m": timedelta(minutes=61),
    "25h": timedelta(hours=25),
}
HOLD_BACK = ("webhook-late", "webhooks-out-of-order")
OF_WEBHOOKS = ("webhook-lost", "webhook-duplicated", *HOLD_BACK)
WALK = 40
"""The steps of one walk."""
OFTEN, SOMETIMES = 3, 10
"""How many steps go by until all lists are compared, and all reads."""
nth = st.integers(0, 9)
"""Which one of the latest."""
MOSTLY = 8
"""Below it, the latest are those that something can be done with."""
T = TypeVar("T")


def seldom(each: int) -> Callable[[T], T]:
    """Let a rule be followed at each so many steps at most."""
    return precondition(lambda self: self.steps % each == 0)  # type: ignore[return-value]


def leads(edges: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    """Whether a way leads from a state to another one."""
    return any(state == goal or leads(edges, state, goal) for state in edges.get(start, ()))


@dataclass
class Book:
    """What is known of a world. It goes back when the world does."""

    now: datetime
    calls: int = 0
    """Of the provider's API."""
    heard: int = 0
    """The deliveries that have been read."""
    tried: int = 0
    """All attempts at them."""
    undelivered: set[int] = field(default_factory=set)
    """Those that are to be tried again."""
    made: Counter[str] = field(default_factory=Counter)
    """How many documents the walk has made, by kind."""
    has_address: bool = False
    on: dict[str, str] = field(default_factory=dict)
    """The scenarios that are on: for which document, or any. The model's."""
    was_held_back: bool = False
    """Whether a scenario has held webhooks back, which may then come in any order."""


class Walk(RuleBasedStateMachine):
    """The rules and invariants of both providers."""

    provider: str
    channels: Sequence[dict[str, str]] = ({},)
    """What has an address of its own."""
    book: Any  # a Book, the provider's own

    def __init__(self, box: Box, receiver: Receiver) -> None:
        super().__init__()
        self.box, self.receiver = box, receiver
        self.steps = 0
        self.snapshot: tuple[Book, dict[str, Any]] | None = None
        self.ids: dict[tuple[str, int], Any] = {}
        self.begin()

    def begin(self) -> None:
        self.receiver.answers()
        self.steer("POST", "/reset", {"mode": "frozen", "now": NOW})
        self.book = self.new_book(datetime.fromisoformat(NOW))
        self.fill(self.lists())
        self.set_address(True)
        self.begin_step()

    def begin_step(self) -> None:
        self.expected: list[tuple[str, ...]] = []
        """What webhooks tell of this step: event, whose, status; but for moves of a lifecycle."""
        self.has_time_passed = self.is_at_rest = False
        self.posts = len(self._posts())

    # What a provider's walk says ------------------------------------------------------------

    def new_book(self, now: datetime) -> Book:
        """An empty book."""
        raise NotImplementedError

    def fill(self, lists: dict[str, Any]) -> None:
        """Enter what there is in a fresh world."""
        raise NotImplementedError

    def lists(self) -> dict[str, Any]:
        """What the provider's API lists, by path."""
        raise NotImplementedError

    def hear(self, delivery: dict[str, Any]) -> tuple[str, ...] | None:
        """Follow what is told: a move of a lifecycle, which must be one; or the telling itself."""
        raise NotImplementedError

    def compare_refunds(self) -> None:
        """The list of refunds shows what the model says."""
        raise NotImplementedError

    def compare(self, lists: dict[str, Any]) -> None:
        """So do all lists."""
        raise NotImplementedError

    def compare_all(self, lists: dict[str, Any]) -> None:
        """Other lists and single reads agree with them."""
        raise NotImplementedError

    def is_final(self) -> None:
        """Nothing is to come: what has a next step has taken it."""
        raise NotImplementedError

    # Calls ----------------------------------------------------------------------------------

    def ask(
        self, api: Api, method: str, path: str, body: Any = None, **rest: Any
    ) -> requests.Response:
        """Call the provider's API."""
        answer = api.call(method, path, body, **rest)
        self.book.calls += 1
        assert answer.status_code < 500, answer.text
        return answer

    def steer(self, method: str, path: str, body: Any = None, status: int = 0) -> Any:
        """Call the admin API, which answers with a status (0: that of success)."""
        answer = self.box.admin.call(method, path, body)
        assert answer.status_code in ((status,) if status else (200, 201)), answer.text
        assert answer.status_code < 400 or answer.json()["status"] == status
        return answer.json()

    def _posts(self) -> list[Any]:
        return [received for received in self.receiver.received if received.method == "POST"]

    def latest(self, known: Iterable[T], n: int, likely: Callable[[T], object] | None = None) -> T:
        """The n-th latest of what is known; mostly of the likely ones, if there are any."""
        found = list(known)
        if likely is not None and n < MOSTLY:
            found = list(filter(likely, found)) or found
        return found[-1 - n % len(found)]

    def is_new(self, kind: str, name: Any, known: Mapping[Any, Any]) -> None:
        """A document has been made: the n-th of a kind has the same id, whatever was restored."""
        assert name not in known
        self.book.made[kind] += 1
        assert self.ids.setdefault((kind, self.book.made[kind]), name) == name

    def everything(self) -> dict[str, Any]:
        """All that can be seen of the world; the admin API, which leaves no trace, comes first."""
        paths = (
            "/clock",
            "/settings",
            "/scenarios",
            "/webhooks",
            "/requests?limit=3",
            f"/webhooks/deliveries?provider={self.provider}",
        )
        return {**{path: self.steer("GET", path) for path in paths}, **self.lists()}

    # Rules ----------------------------------------------------------------------------------

    def switch_on(self, scenario: str, which: str = "any", **parameters: Any) -> None:
        """Switch a scenario on, or anew, for one document or any."""
        self.steer("PUT", f"/scenarios/{scenario}", {"parameters": parameters})
        self.book.on.pop(scenario, None)  # it becomes the latest
        self.book.on[scenario] = which

    @precondition(lambda self: self.book.on)
    @rule(n=nth)
    def switch_off(self, n: int) -> None:
        scenario = self.latest(self.book.on, n)
        self.steer("DELETE", f"/scenarios/{scenario}")
        del self.book.on[scenario]

    @initialize(scenario=st.sampled_from([None, None, *OF_WEBHOOKS]), times=st.integers(0, 4))
    def begin_with(self, scenario: str | None, times: int) -> None:
        """What many walks would not come to by themselves."""
        if scenario is not None:
            self.disturb_webhooks(scenario)
        if times:
            self.let_the_receiver_fail(times)

    @seldom(4)
    @rule(scenario=st.sampled_from(OF_WEBHOOKS))
    def disturb_webhooks(self, scenario: str) -> None:
        self.switch_on(scenario)
        self.book.was_held_back |= scenario in HOLD_BACK

    @seldom(3)
    @rule(is_on=st.sampled_from([True, True, False]))
    def set_address(self, is_on: bool) -> None:
        path = f"/webhooks/{self.provider}"
        if is_on:
            for channel in self.channels:
                self.steer("PUT", path, {"url": self.receiver.url, **channel})
        else:
            self.steer("DELETE", path)
        self.book.has_address = is_on

    @seldom(2)
    @rule(times=st.integers(1, 4))
    def let_the_receiver_fail(self, times: int) -> None:
        self.receiver.answers(*[500] * times)

    @seldom(2)
    @precondition(lambda self: self.book.heard)
    @rule(n=nth, recovers=st.booleans())
    def redeliver(self, n: int, recovers: bool) -> None:
        if recovers:
            self.receiver.answers()
        numbers = range(1, self.book.heard + 1)
        number = self.latest(numbers, n, lambda number: number in self.book.undelivered)
        path = f"/webhooks/deliveries/{number}/redeliver"
        self.steer("POST", path, status=200 if self.book.has_address else 409)

    @rule(span=st.sampled_from(list(SPANS)))
    def let_time_pass(self, span: str) -> None:
        moved = self._advance({"by": span})
        assert moved == self.book.now + SPANS[span]
        self.book.now = moved

    @seldom(3)
    @rule()
    def let_all_happen(self) -> None:
        moved = self._advance({"until": "idle"})
        assert moved >= self.book.now
        self.book.now, self.is_at_rest = moved, True

    def _advance(self, how: dict[str, str]) -> datetime:
        answer = self.steer("POST", "/clock/advance", how)
        self.has_time_passed = True
        moments = [answer["from"], *(event["at"] for event in answer["events"]), answer["now"]]
        assert moments == sorted(moments)
        assert datetime.fromisoformat(answer["from"]) == self.book.now
        return datetime.fromisoformat(answer["now"])

    @seldom(2)
    @rule()
    def take_snapshot(self) -> None:
        self.steer("PUT", "/snapshots/kept")
        self.snapshot = deepcopy(self.book), self.everything()

    @precondition(lambda self: self.snapshot)
    @rule()
    def restore_snapshot(self) -> None:
        assert self.snapshot is not None
        book, seen = self.snapshot
        self.steer("POST", "/snapshots/kept/restore")
        self.book = deepcopy(book)
        assert self.everything() == seen

    @seldom(8)
    @rule()
    def reset(self) -> None:
        self.begin()

    # What always holds ----------------------------------------------------------------------

    @invariant()
    def all_agree(self) -> None:
        answer = self.steer("POST", "/clock/advance", {"by": 0})
        assert datetime.fromisoformat(answer["now"]) == self.book.now
        self._follow_deliveries()
        self.compare_refunds()
        self.steps += 1
        if self.has_time_passed or self.steps % OFTEN == 0:
            seen = self.steer("GET", "/requests?limit=1")["requests"]
            assert (seen[0]["id"] if seen else 0) == self.book.calls
            lists = self.lists()
            self.compare(lists)
            if self.is_at_rest or self.steps % SOMETIMES == 0:
                self.compare_all(lists)
        if self.is_at_rest:
            assert self.steer("GET", "/clock")["due"] == 0
            self.is_final()
        self.begin_step()

    def _follow_deliveries(self) -> None:
        book, on = self.book, self.book.on
        deliveries = self.deliveries()
        assert [delivery["id"] for delivery in deliveries] == list(range(1, len(deliveries) + 1))
        new, book.heard = deliveries[book.heard :], len(deliveries)
        book.undelivered = {d["id"] for d in deliveries if d["next_attempt_at"] is not None}
        for delivery in deliveries:
            _require_coherent(delivery, self.is_at_rest)
        if "webhook-duplicated" in on:
            assert [each["body"] for each in new[::2]] == [each["body"] for each in new[1::2]]
        told = new[:: 2 if "webhook-duplicated" in on else 1]
        heard = [said for said in map(self.hear, told) if said is not None]
        assert heard == self.expected
        if not self.has_time_passed:
            assert {delivery["status"] for delivery in new} <= set(self._how_sent())
        self._compare_posts(deliveries, new)

    def deliveries(self) -> list[Any]:
        """All of the provider's, in the order in which they were made."""
        path = f"/webhooks/deliveries?provider={self.provider}"
        return sorted(self.steer("GET", path)["deliveries"], key=itemgetter("id"))

    def _how_sent(self) -> Sequence[str]:
        """What has become of a webhook of just now."""
        on = self.book.on
        if "webhook-lost" in on:
            return ("lost",)
        sent = ("delivered", "pending") if self.book.has_address else ("collected",)
        if "webhook-late" in on:
            return ("waiting",)
        return ("waiting", *sent) if "webhooks-out-of-order" in on else sent

    def _compare_posts(self, deliveries: list[Any], new: list[Any]) -> None:
        """Each attempt has reached the receiver; first attempts in order."""
        tried = sum(len(delivery["attempts"]) for delivery in deliveries)
        came = [post.json for post in self._posts()[self.posts :]]
        assert len(came) == tried - self.book.tried
        self.book.tried = tried
        if not self.book.was_held_back and new:
            sent = [delivery for delivery in new if delivery["attempts"]]
            moments = [delivery["attempts"][0]["at"] for delivery in sent]
            assert moments == sorted(moments)
            assert self.has_time_passed or came == [delivery["body"] for delivery in sent]


def _require_coherent(delivery: dict[str, Any], is_at_rest: bool) -> None:
    """A delivery's status is what its attempts say."""
    status, attempts = delivery["status"], delivery["attempts"]
    assert (status == "delivered") == any(each["status"] == 200 for each in attempts), delivery
    assert (delivery["next_attempt_at"] is not None) == (status in ("pending", "waiting")), delivery
    assert not (is_at_rest and status in ("pending", "waiting")), delivery
    assert status not in ("collected", "waiting") or not attempts, delivery


def walk(begin: Callable[[], Walk], steps: int | None, number: int) -> None:
    """Walk 15 times 40 steps, the same each time; or so many steps as are wanted, at random.

    Args:
        begin: makes the provider's walk.
        steps: how many are wanted, in all.
        number: the seed, if steps are wanted.
    """
    how = settings(
        max_examples=15 if steps is None else max(1, steps // WALK),
        stateful_step_count=WALK,
        derandomize=steps is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    if steps is not None:
        print(f"the seed is {number}")
        begin = seed(number)(begin)
    run_state_machine_as_test(begin, settings=how)  # type: ignore[arg-type]
