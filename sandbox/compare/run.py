"""Running scripts against both sides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sandbox import __version__
from sandbox.compare.answers import compare, seen
from sandbox.compare.calls import Answer, Call
from sandbox.compare.exact import NotJson, read, written
from sandbox.compare.places import general, values_at
from sandbox.compare.recordings import Recorder, seen_now
from sandbox.compare.redaction import Redaction
from sandbox.compare.report import Difference, LeftOut, Report
from sandbox.compare.scripts import Await, Script, Step
from sandbox.compare.targets import RealTime, Target, Time
from sandbox.compare.templates import Missing, filled, filled_path
from sandbox.engine.time.clock import wall
from sandbox.engine.values.instants import Duration, format_duration

_MOST_POLLS = 4000
_AUTHORIZATION = "authorization"
"""Where a step says this header itself, the side's own credentials are left out."""
_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
_TYPES["text"] = _TYPES["json"]
_TEXTS: Mapping[str, Callable[[Any], str]] = {"json": written, "form": urlencode, "text": str}


class Side:
    """One side while a script runs.

    Attributes:
        values: what placeholders stand for here.
    """

    def __init__(self, target: Target, time: Time, values: Mapping[str, Any]) -> None:
        self.target, self.time = target, time
        self.values: dict[str, Any] = {**values, **target.credentials}
        self.admission = target.sign_in()

    def call_of(self, step: Step) -> Call:
        """A step as it is called here.

        Raises:
            Missing: it wants what an earlier step should have kept.
        """
        kind, body = step.kind, b""
        if kind is not None:
            value = filled(step.body, self.values)
            body = _TEXTS[kind](value).encode()
        own = {name.lower() for name in step.headers}
        headers: dict[str, tuple[str, str | None]] = {
            name.lower(): (name, value)
            for name, value in (
                ("User-Agent", f"refund-sandbox/{__version__}"),
                ("Accept", "application/json"),
                ("Accept-Encoding", "identity"),
                *((("Content-Type", _TYPES[kind]),) if kind else ()),
                *(() if _AUTHORIZATION in own else self.admission.items()),
                *step.headers.items(),
            )
        }
        sent = tuple(
            (name, str(filled(value, self.values)))
            for name, value in headers.values()
            if value is not None
        )
        return Call(step.method, filled_path(step.path, self.values), sent, body)


class States(NamedTuple):
    """The states that a side has shown, each with when, and whether the wanted one came."""

    seen: Sequence[tuple[str, Duration]]
    waited: Duration
    has_arrived: bool

    def __str__(self) -> str:
        told = (f"{state} {_after(spent)}" for state, spent in self.seen)
        return ", ".join(told) or "nothing"

    @property
    def outcome(self) -> str:
        if not self.seen:
            return "nothing there"
        state, spent = self.seen[-1]
        if self.has_arrived:
            return f"{state} {_after(spent)}"
        return f"still {state} {_after(self.waited)}"


def run(
    script: Script,
    theirs: Target,
    ours: tuple[Target, Time],
    given: Mapping[str, str],
    words: Sequence[str],
    report: Report,
    redaction: Redaction,
    recorder: Recorder | None = None,
) -> None:
    """Run a script against both sides.

    Args:
        script: what to call.
        theirs: the provider's test mode.
        ours: a fresh world of a sandbox, and its time.
        given: what the script needs of the user.
        words: see `compare`.
        report: what is found goes there.
        redaction: of all that is told.
        recorder: keeps what the provider answers, if it is wanted.

    Raises:
        NoAnswer: a side doesn't answer, or not as one.
        Unsafe: a live key would be sent.
        BadFile: what is to be kept can't be.
    """
    unique = f"c{wall():x}"
    own = {name: need.sandbox for name, need in script.needs.items()}
    wanted = {name: given[name] for name in own}
    sides = (
        Side(theirs, RealTime(), {**wanted, "unique": unique}),
        Side(ours[0], ours[1], {**own, "unique": unique}),
    )
    stand_ins = {wanted[name]: str(value) for name, value in own.items()}
    lost: dict[str, str] = {}
    report.scripts.append(script.name)
    for step in script.steps:
        try:
            calls = [side.call_of(step) for side in sides]
        except Missing as error:
            name = str(error)
            source = f"which {lost[name]} did not give" if name in lost else "which is not set"
            reason = f"it wants {{{name}}}, {source}"
            report.left_out.append(LeftOut(script.name, step.name, reason))
            lost.update(dict.fromkeys(step.save, step.name))
            continue
        answers, states = [], []
        for side, call in zip(sides, calls, strict=True):
            answer, came = _ask(side, call, step.wait)
            answers.append(answer)
            states.append(came)
        if recorder is not None:
            told = {"script": script.name, "step": step.name, "stand_ins": stand_ins}
            waited = states[0].waited if states[0] else 0
            recorder.keep(seen_now(script.provider, calls[0], answers[0], waited=waited, **told))
        report.steps += 1
        both = [seen(answer, side.values) for answer, side in zip(answers, sides, strict=True)]
        found = [
            Difference(script.name, step.name, *each)
            for each in _unlike_states(step.wait, states)
            or compare(both[0], both[1], words, step.equal, redaction, calls[0].path)
        ]
        report.differences += found
        if step.wait and states[0] and states[1]:
            reason = f"{script.provider.title()} had {states[0]}; the sandbox had {states[1]}"
            report.times.append(LeftOut(script.name, step.name, reason))
        for name, place in step.save.items():
            kept = [next(values_at(each.value, place), None) for each in both]
            for side, value in zip(sides, kept, strict=True):
                side.values.pop(name, None)
                if None not in kept:
                    side.values[name] = value
            if None in kept:
                lost[name] = f"{step.name} ({general(place)})"


def _ask(side: Side, call: Call, wait: Await | None) -> tuple[Answer, States | None]:
    """A call's answer; where a state is waited for, the one that shows it, or the last."""
    answer = side.target.send(call)
    if wait is None:
        return answer, None
    spent, came = 0, list[tuple[str, Duration]]()
    for _ in range(_MOST_POLLS):
        state = _state(answer, wait)
        if state is None:
            break
        if not came or came[-1][0] != state:
            came.append((state, spent))
        if state == wait.states[-1] or state not in wait.states:
            return answer, States(came, spent, True)
        passed = side.time.pass_time(wait.within - spent, wait.every)
        if passed is None:
            break
        spent += passed
        answer = side.target.send(call)
    return answer, States(came, wait.within, False)


def _state(answer: Answer, wait: Await) -> str | None:
    try:
        found = next(values_at(read(answer.body), wait.at), None)
    except NotJson:
        return None
    return found if isinstance(found, str) else None


def _unlike_states(
    wait: Await | None, states: Sequence[States | None]
) -> list[tuple[str, str, str, str]]:
    """How two sides differ in the states they went through: one may be missed between two looks."""
    theirs, ours = states
    if wait is None or theirs is None or ours is None or not (theirs.seen and ours.seen):
        return []
    place = general(wait.at)
    if theirs.seen[-1][0] != ours.seen[-1][0]:
        return [(place, "state", theirs.outcome, ours.outcome)]
    names = [[state for state, _ in each.seen] for each in (theirs, ours)]
    common = [[s for s in one if s in other] for one, other in (names, names[::-1])]
    if common[0] != common[1]:
        return [(place, "state", ", then ".join(names[0]), ", then ".join(names[1]))]
    return []


def _after(spent: Duration) -> str:
    return f"after {format_duration(spent)}" if spent else "at once"
