"""A world: all the state of one isolated sandbox, and its way through time."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.chronicle import Moved, Switched
from sandbox.engine.journal import Journal
from sandbox.engine.provider.notices import Channel, Subject
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.scenarios.steps import WEATHER, Scenario, ScenarioError
from sandbox.engine.time.alarm import Alarm
from sandbox.engine.time.clock import Mode, Start, tick
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import LAST, SECOND, Duration, Instant
from sandbox.engine.webhooks import dispatch
from sandbox.engine.webhooks.attempts import causing, wait_for
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.worlds.advance import Advance, require_ahead
from sandbox.engine.worlds.beginning import Beginning
from sandbox.engine.worlds.keep import Blank, Keep
from sandbox.engine.worlds.state import Snapshot, Snapshots, State

MOST_OTHERS = 100
"""Of the events that others' calls bring about during an advance, those it waits for."""


class World:
    """All there is of one sandbox; everything acts on one of these.

    `lock` is held for one rule or one indexed read at a time, never while a caller waits.

    Attributes:
        state: all that a reset or a snapshot replaces.
        is_closed: whether it has been left for good.
    """

    def __init__(
        self,
        name: str,
        beginning: Beginning,
        start: Start,
        watch: Callable[[str, Callable[[], object]], None],
        keep: Keep | None = None,
    ) -> None:
        """`watch` is told of what happens, with the world's name before.

        Raises:
            NotKept: `keep`, which keeps it beyond the process, can't do so.
        """
        self.name = name
        self.start = start
        self.models = beginning.models
        self.lock = threading.RLock() if keep is None else keep.lock
        self.snapshots = Snapshots()
        self.last_advance: Advance | None = None
        self.is_closed = False
        self._beginning = beginning
        self._watch = partial(watch, name)
        self._alarm = Alarm(self.seconds_to_next, self.process_due)
        self._advancing = False
        self._keep = keep
        if keep is None:
            self.state = self._fresh(start, Journal())
        else:
            with self.lock:
                keep.read_back = self._read_back
                if not self._read_back():
                    self.state = self._fresh(start, Journal())
                    keep.begin(self.state)
        if self.state.outbox.addresses:
            self._alarm.start()

    def _read_back(self) -> bool:
        """Be as it was kept; whether it is there. What was under way goes out again."""
        assert self._keep is not None  # noqa: S101
        journal = Journal()
        state = self._keep.state(self._blank, journal)
        if state is None:
            return False
        state.outbox.watch = self._watch
        if "state" in vars(self):
            self._replace(state)
        self.state = state
        self.snapshots.clear()
        self.snapshots.update(self._keep.snapshots(self._blank, journal))
        state.outbox.resume()
        self.renew_scenarios()
        return True

    def _blank(
        self,
        start: Start,
        ids: Ids,
        fixtures: dict[str, dict[str, dict[str, Any]]],
        journal: Journal,
    ) -> State:
        blank, lock, sooner = self._beginning.blank, self.lock, self._alarm.wake
        return blank(start, ids, fixtures, lock, sooner, journal)

    def _fresh(self, start: Start, journal: Journal) -> State:
        state = self._beginning.state(start, self.lock, self._alarm.wake, journal)
        state.outbox.watch = self._watch
        return state

    def reset(self, start: Start | None = None) -> None:
        """Begin anew: documents, clock, scenarios, settings, webhooks, journal and ids."""
        with self.lock:
            self._replace(self._fresh(start or self.start, Journal(self.state.journal)))
            if self._keep is not None:
                self._keep.begin(self.state)

    def load(self, make: Callable[[Blank, Journal], State]) -> None:
        """Be as a state that is made of what was written elsewhere."""
        with self.lock:
            state = make(self._blank, Journal(self.state.journal))
            state.outbox.watch = self._watch
            self._replace(state)
            if self._keep is not None:
                self._keep.begin(state)
            state.outbox.resume()
            self.renew_scenarios()
            if state.outbox.addresses:
                self._alarm.start()

    def _replace(self, state: State) -> None:
        """Let another state take this one's place; calls and webhooks under way are dropped."""
        self.state.close()
        self.state = state
        self._advancing = False
        self.last_advance = None
        self._alarm.wake()

    def close(self) -> None:
        """Let go of every answer and webhook that waits; the world is not used again."""
        with self.lock:
            if self._keep is not None:
                self._keep.close()
            self.is_closed = True
            self.state.close()
            self.last_advance = None
            self.snapshots.clear()
        self._alarm.stop()

    def remove(self) -> None:
        """Close it, and keep nothing of it.

        Raises:
            NotKept: that can't be; it is as it was.
        """
        if self._keep is not None:
            with self.lock:
                self._keep.remove()
        self.close()

    # Snapshots ------------------------------------------------------------------------------

    def take_snapshot(self, name: str) -> bool:
        """Keep the world as it is once the webhooks that are under way by now have been tried.

        What goes out meanwhile is not waited for: restored, the world sends it again.

        Returns:
            Whether there was none of the name before.

        Raises:
            Conflict: the clock is being moved, the world was reset meanwhile, or it has too many.
        """
        with self.lock:
            self._require_movable(None, self.state.clock.now())
            state, under_way = self.state, self.state.outbox.attempts.after(0)
        wait_for(under_way)
        with self.lock:
            self._require_same(state)
            self._require_movable(None, self.state.clock.now())
            is_new = self.snapshots.is_new(name)
            self.snapshots[name] = self.state.snapshot()
            if self._keep is not None:
                self._keep.take(name, self.snapshots[name])
            return is_new

    def forget(self, name: str) -> None:
        """Keep a snapshot no longer.

        Raises:
            KeyError: there is none of the name.
        """
        with self.lock:
            del self.snapshots[name]
            if self._keep is not None:
                self._keep.forget(name)

    def restore(self, snapshot: Snapshot) -> None:
        """Make the world as it was; calls and webhooks under way are dropped.

        Scenarios that were on are as their files say by now.

        Raises:
            Conflict: it is no longer kept.
        """
        with self.lock:
            names = [name for name, kept in self.snapshots.items() if kept is snapshot]
            if not names:
                raise Conflict("the snapshot was removed or replaced meanwhile")
            self._replace(snapshot.state.copy(snapshot.start))
            if self._keep is not None:
                self._keep.restore(self.state, names[0])
            self.state.outbox.resume()
            self.renew_scenarios()

    # Time -----------------------------------------------------------------------------------

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

    # Webhooks -------------------------------------------------------------------------------

    def address(self, channel: Channel, address: Address | None) -> None:
        """Let webhooks of a channel go to an address from now on, or to none."""
        with self.lock:
            self.state.outbox.address(channel, address)
            if address is not None:
                self._alarm.start()

    def redeliver(self, number: int) -> Delivery | None:
        """Try a delivery once more, and wait until that is done; None: there is none.

        Raises:
            Conflict: it has no address to go to, or the world was reset meanwhile.
        """
        with self.lock:
            state, box = self.state, self.state.outbox
            delivery = box.deliveries.get(number)
            if delivery is None:
                return None
            try:
                tried = box.redeliver(delivery)
            except dispatch.Unaddressed as error:
                raise Conflict("no address has been set that wants it") from error
        if tried is not None:
            tried.wait()
        with self.lock:
            self._require_same(state)
            return box.deliveries.get(number)

    # Scenarios ------------------------------------------------------------------------------

    def switch_on(self, name: str, parameters: Mapping[str, object]) -> None:
        """Switch a scenario on, with parameters; anew if it is on already.

        Raises:
            KeyError: there is no such scenario.
            ScenarioError: a parameter makes no sense.
        """
        with self.lock:
            scenario = self.state.scenarios.find(name)
            released = self.state.scenarios.switch_on(scenario, parameters)
            self.state.note(Switched, name, True, parameters)
            self._release(released)

    def switch_off(self, name: str) -> None:
        """Switch a scenario off; what it held goes on, counted from now, as if it had never been.

        One that is not on stays as it is.
        """
        with self.lock:
            if self.state.scenarios.is_on(name):
                self.state.note(Switched, name, False, {})
            self._release(self.state.scenarios.switch_off(name))

    def add_scenario(self, scenario: Scenario) -> None:
        """Add a caller's own scenario, or put it in the place of an earlier one of the name.

        Raises:
            Conflict: the name is one of the sandbox's, or there are too many.
        """
        with self.lock:
            self._release(self.state.scenarios.add(scenario))

    def set_weather(self, disturbances: Sequence[str]) -> None:
        """Let these disturbances be on, in place of those that were; none of them: calm weather.

        Raises:
            ScenarioError: one of them makes no sense; all stays as it was.
        """
        from sandbox.engine.scenarios.weather import blame, compose  # (a start needs none)

        with self.lock:
            if not disturbances:
                self.switch_off(WEATHER)
                return
            scenarios = self.state.scenarios
            weather = compose(disturbances, scenarios.find)
            try:
                released = scenarios.add_switched_on(weather)
            except ScenarioError as error:
                vocabulary = scenarios.vocabulary
                raise blame(error, disturbances, scenarios.find, vocabulary) from error
            self.state.note(Switched, WEATHER, True, {})
            self._release(released)

    def renew_scenarios(self) -> list[str]:
        """Let those that are on be as the files say by now; why some had to be switched off."""
        with self.lock:
            released, reasons = self.state.scenarios.renew()
            self._release(released)
            return reasons

    def _release(self, subjects: list[Subject]) -> None:
        call = Call(self.state)
        for provider, kind, subject in subjects:
            life = self.models[provider].lifecycles[kind]
            document = self.state.store.collection(life.collection).get(subject)
            lifecycle.proceed(call, life, subject, document)
        self.state.outbox.release()
