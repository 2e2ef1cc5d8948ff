"""The engine's rooms by themselves: no server, no world, no provider of the package."""

import socket
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.engine import lifecycle
from sandbox.engine.active_scenarios import ActiveScenarios
from sandbox.engine.chronicle import Chronicle
from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.rules import Call, Lifecycle, WorldGone
from sandbox.engine.scenarios.compiler import load
from sandbox.engine.scenarios.vocabulary import Key, Vocabulary
from sandbox.engine.store.collections import CollectionSpec, Store
from sandbox.engine.time.clock import Clock, Start
from sandbox.engine.time.timeline import Timeline
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import HOUR, MINUTE, parse_instant
from sandbox.engine.webhooks.dispatch import WebhookStart
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.webhooks.outbox import Outbox

NOON = parse_instant("2027-01-01T12:00:00Z")
PARCEL = Lifecycle(
    provider="post",
    kind="parcel",
    collection="post.parcels",
    next={"sent": ("arrived", lambda call, _: HOUR)},
    may_become={"sent": ("arrived", "lost"), "arrived": (), "lost": ()},
    where={"id": Key(str, lambda parcel, value: parcel["id"] == value)},
    state=lambda parcel: str(parcel["state"]),
    change=lambda call, parcel, state, at: {**parcel, "state": state},
)
HOOKS = Webhooks(
    events=("parcel.sent", "parcel.lost"),
    channels=("",),
    retries=(MINUTE,),
    body=lambda notice, event_id, at: {"event": notice.event, "of": notice.topic},
    sign=lambda raw, secret, _: ("X-Signature", secret),
    secret=lambda notice: "secret",
)


class Post:
    """A provider, as the scenario language sees one."""

    targets: dict[str, Any] = {}  # noqa: RUF012
    lifecycles = {"parcel": PARCEL}  # noqa: RUF012
    faults = frozenset({"unavailable"})
    token_paths = ()
    webhooks = HOOKS


def scenarios(**scripts: list[dict[str, Any]]) -> ActiveScenarios:
    """Scenarios of these names and steps, all on."""
    words = Vocabulary({"post": Post()}, (("post", "GET", "/parcels"),), {})
    read = {
        name: load({"name": name, "title": name, "script": steps}, words)
        for name, steps in scripts.items()
    }
    on = ActiveScenarios(words, lambda _: read)
    for scenario in read.values():
        on.switch_on(scenario, {})
    return on


@dataclass
class State:
    """Of a world that there is not: what rules may reach."""

    scenarios: ActiveScenarios
    start: WebhookStart = field(default_factory=WebhookStart)
    lock: threading.RLock = field(default_factory=threading.RLock)
    clock: Clock = field(default_factory=lambda: Clock(Start(NOON, "frozen")))
    ids: Ids = field(default_factory=lambda: Ids(0))
    timeline: Timeline = field(default_factory=Timeline)
    settings: dict[str, Any] = field(default_factory=dict)
    fixtures: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    chronicle: Chronicle = field(default_factory=Chronicle)
    is_over: bool = False

    def __post_init__(self) -> None:
        spec = CollectionSpec("post.parcels", created=lambda _: NOON)
        self.store = Store({spec.name: spec})
        parts = self.lock, self.clock, self.timeline, self.scenarios
        self.outbox = Outbox(self.start, {"post": HOOKS}, *parts)


def sent(state: State, parcel_id: str = "1") -> Any:
    return lifecycle.enter(Call(state), PARCEL, parcel_id, {"id": parcel_id, "state": ""}, "sent")


def told(state: State, event: str = "parcel.sent") -> list[str]:
    """What became of the webhooks, one of which is told of now."""
    Call(state).tell(Notice(event, ("post", "parcel", "1"), ({},), "1"))
    return [delivery.status for delivery in state.outbox.deliveries]


def happen(state: State) -> str:
    """Let the next event happen, an hour later at most; what came of it."""
    event = state.timeline.take(NOON + HOUR)
    assert event is not None
    return lifecycle.happen(Call(state, now=event.at), PARCEL, event).became


def test_a_document_goes_on_by_itself_unless_a_scenario_says_otherwise() -> None:
    state = State(scenarios(lost=[{"on": "parcel.sent", "where": {"id": "2"}, "become": "lost"}]))
    sent(state, "1")
    sent(state, "2")

    assert (happen(state), happen(state)) == ("lost", "arrived")
    assert state.store.collection("post.parcels").get("2") == {"id": "2", "state": "lost"}
    assert state.timeline.next_at() is None


def test_an_outcome_that_no_way_leads_to_is_refused() -> None:
    state = State(scenarios())
    sent(state)
    lost = lifecycle.resolve(Call(state), PARCEL, "1", "lost", "by the dog")

    assert (lost["state"], lost["failure_reason"], len(state.timeline)) == ("lost", "by the dog", 0)
    with pytest.raises(lifecycle.Final, match="it is lost and can't become arrived"):
        lifecycle.resolve(Call(state), PARCEL, "1", "arrived", None)


def test_a_webhook_is_collected_held_back_lost_or_repeated() -> None:
    def outcome(step: dict[str, Any]) -> list[str]:
        return told(State(scenarios(one=[{"on": "webhook", **step}])))

    assert told(State(scenarios())) == ["collected"]
    assert outcome({"after": "1h"}) == ["waiting"]
    assert outcome({"lose": True}) == ["lost"]
    assert outcome({"repeat": 2}) == ["collected"] * 3
    assert outcome({"where": {"event": "parcel.lost"}, "lose": True}) == ["collected"]


def test_what_was_held_back_goes_out_when_its_scenario_is_switched_off() -> None:
    state = State(scenarios(late=[{"on": "webhook", "after": "1h"}]))
    assert told(state) == ["waiting"]
    assert state.timeline.next_at() == NOON + HOUR
    state.scenarios.switch_off("late")
    state.outbox.release()

    assert [each.status for each in state.outbox.deliveries] == ["collected"]
    assert state.timeline.next_at() is None


def test_an_attempt_that_fails_is_an_event_of_the_timeline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    address = Address(f"http://127.0.0.1:{port}/")
    state = State(scenarios(), WebhookStart({("post", ""): address}))
    assert told(state) == ["pending"]
    assert all(made.wait(20) for made in state.outbox.attempts.after(0))

    [delivery] = state.outbox.deliveries
    [attempt] = delivery.attempts
    assert (attempt.at, attempt.answer.error) == (NOON, "connection refused")
    assert (delivery.status, state.timeline.next_at()) == ("pending", NOON + MINUTE)
    state.outbox.close()


def test_a_call_may_not_act_in_a_state_that_is_over() -> None:
    state = State(scenarios())
    call = Call(state)
    state.is_over = True
    with pytest.raises(WorldGone), call:
        pass
    assert state.lock.acquire(blocking=False)


def test_scenarios_that_are_closed_let_go_of_documents() -> None:
    on = scenarios(lost=[{"on": "parcel.sent", "become": "lost"}])
    on.stick(on.for_one_request("lost", "post"), ("post", "parcel", "1"))
    assert on.stuck_to(("post", "parcel", "1")) is not None
    on.close()
    assert on.stuck_to(("post", "parcel", "1")) is None
