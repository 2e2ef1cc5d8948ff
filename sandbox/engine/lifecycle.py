"""How documents go from state to state: now, by themselves later, or as a scenario says."""

from typing import Any

from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.time.clock import tick
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.instants import Duration, Instant


class Final(Exception):
    """The document's state can't be followed by that one."""


def enter(call: Call, lifecycle: Lifecycle, subject: str, document: Any, state: str) -> Any:
    """Put a document, new or changed, into a state now, and let its next step come.

    Returns:
        The document as stored.
    """
    document = _change(call, lifecycle, subject, document, state)
    if lifecycle.state(document) == state:
        proceed(call, lifecycle, subject, document)
    return document


def _change(call: Call, lifecycle: Lifecycle, subject: str, document: Any, state: str) -> Any:
    collection = call.collection(lifecycle.collection)
    before = collection.get(subject)
    place = tick()
    changed = collection.put(subject, lifecycle.change(call, document, state, call.now))
    note(call, lifecycle, subject, before, changed, place)
    return changed


def note(
    call: Call,
    lifecycle: Lifecycle,
    subject: str,
    before: Any,
    after: Any,
    place: int | None = None,
) -> None:
    """Let the world know how a document (before, None: it was not there) changed its state.

    `place` is as for `Call.happened`.
    """
    happening = _happening(call.now, lifecycle, subject, before, after)
    if happening.was != happening.became:
        call.happened(happening, place)


def _happening(
    at: Instant, lifecycle: Lifecycle, subject: str, before: Any, after: Any
) -> Happening:
    """How a document (None: it was not there) changed its state."""
    was = "" if before is None else lifecycle.state(before)
    return Happening(at, lifecycle.kind, lifecycle.provider, subject, was, lifecycle.state(after))


def proceed(
    call: Call, lifecycle: Lifecycle, subject: str, document: Any, since: Instant | None = None
) -> None:
    """Let a document's next step come, counted from a moment: a scenario's or the default one.

    `since` is the moment at which it has entered its state; None: now.
    """
    since = call.now if since is None else since
    of = (lifecycle.provider, lifecycle.kind, subject)
    step = call.redirect(lifecycle, of, document)
    call.cancel(of)
    become: str | None = None
    delay: Duration | None = None
    if step is not None:
        become, delay = step.become, step.after
    elif (state := lifecycle.state(document)) in lifecycle.next:
        become, after = lifecycle.next[state]
        delay = after(call, document)
    if become is not None and delay is not None:
        call.schedule(Event(max(since + delay, call.now), *of, become))


def happen(call: Call, lifecycle: Lifecycle, event: Event) -> Happening:
    """Let a document's next step happen."""
    document = call.collection(lifecycle.collection).get(event.subject)
    entered = enter(call, lifecycle, event.subject, document, event.to)
    return _happening(event.at, lifecycle, event.subject, document, entered)


def resolve(call: Call, lifecycle: Lifecycle, subject: str, state: str, reason: str | None) -> Any:
    """Decide a document's outcome now, through the states on the way there if need be.

    Returns:
        The document, or None where there is none.

    Raises:
        Final: no way leads there from its state.
    """
    with call:
        document = call.collection(lifecycle.collection).get(subject)
        if document is None:
            return None
        way = _way(lifecycle, lifecycle.state(document), state)
        if not way:
            raise Final(f"it is {lifecycle.state(document)} and can't become {state}")
        document = {**document, "failure_reason": reason}
        for step in way:
            document = _change(call, lifecycle, subject, document, step)
        proceed(call, lifecycle, subject, document)
        return document


def _way(lifecycle: Lifecycle, start: str, goal: str) -> list[str]:
    """The shortest way from a state to another, without the start; none leads to the start."""
    ways = [] if start == goal else [[start]]
    for way in ways:
        for state in lifecycle.may_become[way[-1]]:
            if state == goal:
                return [*way[1:], state]
            if state not in way:
                ways.append([*way, state])
    return []
