"""A world: all the state of one isolated sandbox, and what replaces or steers it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sandbox.engine import lifecycle
from sandbox.engine.chronicle import Switched
from sandbox.engine.journal import Journal
from sandbox.engine.provider.notices import Channel, Subject
from sandbox.engine.provider.rules import Call, Conflict
from sandbox.engine.scenarios.steps import WEATHER, Scenario, ScenarioError
from sandbox.engine.time.clock import Start
from sandbox.engine.values.ids import Ids
from sandbox.engine.webhooks import dispatch
from sandbox.engine.webhooks.attempts import wait_for
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.worlds.beginning import Beginning
from sandbox.engine.worlds.keep import Blank, Keep
from sandbox.engine.worlds.passage import Passage
from sandbox.engine.worlds.state import Snapshot, Snapshots, State


class World(Passage):
    """All there is of one sandbox; everything acts on one of these.

    Attributes:
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
        super().__init__(beginning.models, keep)
        self.name = name
        self.start = start
        self.snapshots = Snapshots()
        self.is_closed = False
        self._beginning = beginning
        self._watch = partial(watch, name)
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

    @property
    def is_in_use(self) -> bool:
        """Whether calls have changed a document, taken a snapshot or switched on a scenario."""
        scenarios = self.state.scenarios
        is_set_up = scenarios.parts.custom or scenarios.on
        return bool(self.state.store.is_changed or self.snapshots or is_set_up)

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
