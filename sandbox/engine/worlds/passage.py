"""A world's way through time: what is due happens, one event at a time, at its own moment."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.chronicle import Moved
from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.time.alarm import Alarm
from sandbox.engine.time.clock import Mode, tick
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.instants import LAST, SECOND, Duration, Instant
from sandbox.engine.webhooks import dispatch
from sandbox.engine.webhooks.attempts import causing, wait_for
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.engine.worlds.advance import Advance, require_ahead
from sandbox.engine.worlds.keep import Keep
from sandbox.engine.worlds.state import State

MOST_OTHERS = 100
"""Of the events that others' calls bring about during an advance, those it waits for."""


class Passage:
    """What goes through time: a state whose clock moves, and whose events happen.

    `lock` is held for one rule or one indexed read at a time, never while a caller waits.

    Attributes:
        state: all that a reset or a snapshot replaces.
        last_advance: the latest, if there has been one in this state.
    """

    state: State

    def __init__(self, models: Mapping[str, Model], keep: Keep | None) -> None:
        """`keep`, if there is one, keeps it beyond the process."""
        self.models = models
        self.lock: AbstractContextManager[Any] = threading.RLock() if keep is None else keep.lock
        self.last_advance: Advance | None = None
        self._alarm = Alarm(self.seconds_to_next, self.process_due)
        self._advancing = False
        self._keep = keep

    def process_due(self) -> None:
        """Let happen whatever is due by now."""
        with self.lock:
            if self._advancing:
                return
            now = self.state.clock.now()
            while event := self.state.timeline.take(now):
                self._happen(event)

    def send_webhooks(self, most: int = MOST_OTHERS) -> list[Delivery]:
        """Send the webhooks that are held until the clock is moved, and wait for all under way.

        Those that these cause go out too, up to `most` times over.

        Returns:
            The deliveries that were tried, as they are now.

        Raises:
            Conflict: the world was reset meanwhile.
        """
        numbers: set[int] = set()
        state = self.state
        for _ in range(most):
            with self.lock:
                self._require_same(state)
                state.outbox.send_held()
                numbers |= {number for number, _ in state.outbox.attempts.unfinished()}
                under_way = state.outbox.attempts.after(0)
            if not under_way:
                break
            wait_for(under_way)
        with self.lock:
            self._require_same(state)
            found = map(state.outbox.deliveries.get, sorted(numbers))
            return [each for each in found if each is not None]

    def change_clock(self, mode: Mode | None, rate: float | None, now: Instant | None) -> None:
        """Change how the clock runs, and move it forward to a moment; all of it or nothing.

        Raises:
            Conflict: the moment has passed, the clock is being moved already, or the world was
                reset meanwhile.
        """
        with self.lock:
            self._require_movable(now, self.state.clock.now())
            if mode == "frozen":  # first, so that it then stands at `now` exactly
                self.state.clock.run(mode=mode)
            if now is None:
                self.state.run(mode, rate)
            else:
                state = self._begin_moving(now)
        if now is not None:
            with self._moving(state):
                self._play(now, state)
                with self.lock:
                    self._require_same(state)
                    state.run(mode, rate)
        self._alarm.wake()

    def advance(
        self, to: Instant | None = None, by: Duration | None = None, pulls: bool = False
    ) -> Advance:
        """Move forward to a moment, by a duration, or (without either) until nothing is to come.

        Each event happens at its own moment, in their order. The webhooks that it makes have been
        tried before the next one happens, and those that are under way by now before the first.
        What others' calls make go out meanwhile is not waited for; of the events that these bring
        about, the first `MOST_OTHERS` are waited for as any, so that no load can hold it up.

        Args:
            to: the moment.
            by: how far, in place of a moment.
            pulls: stop where a delivery waits to be pulled: see `Advance.left`.

        Raises:
            Conflict: the moment has passed, another advance is under way, or the world was reset
                meanwhile.
        """
        with self.lock:
            play = self.begin_advance(to, by, pulls)
        return play()

    @property
    def is_advancing(self) -> bool:
        """Whether somebody moves the clock."""
        return self._advancing

    def begin_advance(
        self, to: Instant | None = None, by: Duration | None = None, pulls: bool = False
    ) -> Callable[[], Advance]:
        """Begin what `advance` does, so that nobody else can; the function returned does the rest.

        Its caller holds the lock, lets it go, and calls that function.

        Raises:
            Conflict: the moment has passed, or another advance is under way.
        """
        began = self.state.clock.now()
        if by is not None:
            to = began + by
        self._require_movable(to, began)
        state = self._begin_moving(to)
        deliveries = state.outbox.deliveries
        advance = Advance(began, deliveries)
        deliveries.touched = advance.touched

        def play() -> Advance:
            with self._moving(state):
                is_over = self._play(to, state, advance.happened, pulls)
                with self.lock:
                    self._require_same(state)
                    advance.end(self.state.clock.now(), to, is_over)
                    self.last_advance = advance
                    return advance

        return play

    def _begin_moving(self, to: Instant | None) -> State:
        """Let nobody else move the clock of this state."""
        self._advancing = True
        self.state.note(Moved, to)
        self.state.timeline.begin_advance()
        return self.state

    @contextmanager
    def _moving(self, state: State) -> Iterator[None]:
        """End what `_begin_moving` began, whatever comes of it."""
        if self._keep is not None:
            self._keep.together(True)
        try:
            yield
        finally:
            with self.lock:
                if self._keep is not None:
                    self._keep.together(False)
                if state is self.state:
                    self._advancing = False
                    state.timeline.since, state.outbox.deliveries.touched = 0, None
            self._alarm.wake()

    def _require_movable(self, to: Instant | None, now: Instant) -> None:
        if self._advancing:
            raise Conflict("the clock is being moved forward already")
        require_ahead(to, now)

    def _require_same(self, state: State) -> None:
        if state.is_over:
            raise Conflict("the world was reset meanwhile")

    def _play(
        self,
        to: Instant | None,
        state: State,
        tell: Callable[[Happening], None] | None = None,
        pulls: bool = False,
    ) -> bool:
        """Let all happen that is due by a moment, one event at a time, and tell of each.

        Returns:
            Whether that is done; else a delivery waits to be pulled.
        """
        others = held = MOST_OTHERS
        line, attempts = state.timeline, state.outbox.attempts
        with self.lock:
            self._require_same(state)
            state.outbox.send_held()
            under_way = attempts.after(0)
        while True:
            wait_for(under_way)
            with self.lock:
                self._require_same(state)
                before = attempts.begun
                if state.outbox.send_held() and held:  # by those who were told meanwhile
                    held -= 1
                    under_way = attempts.after(before)
                    continue
                if pulls and state.outbox.may_be_pulled:
                    return False
                is_over = to is None and others == 0 and line.others == len(line)
                event = None if is_over else line.take(LAST if to is None else to)
                if event is None:
                    if to is not None:
                        state.clock.move_to(to)
                    return True
                state.clock.move_to(event.at)
                is_others = line.is_others(event)
                with line.marking(event.since):
                    happening = self._happen(event)
                    state.outbox.send_held()
                if happening and tell:
                    tell(happening)
                under_way = [] if is_others and not others else attempts.after(before)
                others -= is_others and others > 0

    def _happen(self, event: Event) -> Happening | None:
        """Let an event happen; those of webhooks are told of by their deliveries.

        No call has caused what time brings: its webhooks wait for no answer.
        """
        caused = causing.set(None)
        try:
            if event.kind == dispatch.EVENT:
                self.state.outbox.happen(event)
                return None
            call, model = Call(self.state, now=event.at), self.models[event.provider]
            if (life := model.lifecycles.get(event.kind)) is not None:
                return lifecycle.happen(call, life, event)
            place, happening = tick(), model.handlers[event.kind](call, event)
            call.happened(happening, place)
            return happening
        finally:
            causing.reset(caused)

    def seconds_to_next(self) -> float | None:
        """Real seconds until something is due; None: nothing is, or time does not run."""
        with self.lock:
            due = self.state.timeline.next_at()
            if due is None or self._advancing or self.state.clock.mode == "frozen":
                return None
            return (due - self.state.clock.now()) / SECOND / self.state.clock.rate
