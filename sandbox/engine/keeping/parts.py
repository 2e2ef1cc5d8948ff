"""What a state is made of, as rows, and a state made of those."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any, NamedTuple

from sandbox.engine.chronicle import Acted, Caller, Change, Moved, Noted, Ran, Switched
from sandbox.engine.journal import Entry, Journal
from sandbox.engine.keeping import deliveries, scenarios
from sandbox.engine.keeping.codec import Codec
from sandbox.engine.keeping.documents import KEYS, SAME, Documents
from sandbox.engine.keeping.file import NOTES, REQUESTS
from sandbox.engine.keeping.table import Key, Row
from sandbox.engine.provider.model import Model
from sandbox.engine.store.bulk import filling
from sandbox.engine.time.clock import Start, wall
from sandbox.engine.time.timeline import Event, Happening
from sandbox.engine.values.changes import ACTIVATIONS, DELIVERIES, EVENTS, HELD, PARTS, STUCK
from sandbox.engine.values.ids import Ids
from sandbox.engine.webhooks.endpoints import Address
from sandbox.engine.worlds.keep import Blank
from sandbox.engine.worlds.state import State

HEAD, SETTINGS, FIXTURES, CALLS = "head", "settings", "fixtures", "calls"
_OTHERS = frozenset(
    (HEAD, SETTINGS, FIXTURES, NOTES, REQUESTS, CALLS, KEYS, SAME, *scenarios.PARTS, *PARTS)
)
"""All parts but the collections."""
_CHANGES: Mapping[str, Any] = {
    each.__name__.lower(): each for each in (Happening, Moved, Ran, Switched, Acted)
}


class Requests(NamedTuple):
    """The requests of a journal that are rows: how many were seen and dropped, and which they are.

    Attributes:
        end: one more than the key of the latest.
    """

    seen: int = 0
    dropped: int = 0
    end: int = 0


class Parts:
    """Writes and reads the parts of states of one world. One thread at a time."""

    def __init__(
        self,
        codec: Codec,
        numbered: scenarios.Numbered,
        documents: Documents,
        models: Mapping[str, Model],
        place: Callable[[int], int] = int,
        back: Callable[[int], int] = int,
    ) -> None:
        """`place` says what is written of a place in the order of all that happens."""
        self._codec, self._numbered, self._documents = codec, numbered, documents
        self._models, self._place, self._back = models, place, back

    # Rows -----------------------------------------------------------------------------------

    def head(self, state: State, layer: int, requests: Requests) -> Row:
        """What each commit writes: the clock, the ids, and how many there have been of all."""
        clock, box = state.clock, state.outbox.deliveries
        values = {
            "began": state.began,
            "clock": [clock.now(), clock.mode, clock.rate, 0 if clock.mode == "frozen" else wall()],
            "ids": [state.ids.seed, state.ids.drawn],
            "timeline": state.timeline.numbers,
            "deliveries": [box.made, box.places],
            "notes": state.chronicle.seen,
            "requests": requests,
            "changed": state.store.is_changed,
        }
        return Row(layer, HEAD, 0, self._codec.text(values))

    def small(self, state: State, layer: int) -> list[Row]:
        """What is written as a whole when any of it has changed."""
        box, text = state.outbox, self._codec.text
        addresses = [
            [*channel, each.url, each.secret, None if each.events is None else sorted(each.events)]
            for channel, each in box.addresses.items()
        ]
        values = {
            "providers": {name: asdict(each) for name, each in state.settings.items()},
            "addresses": addresses,
            "timeout": box.timeout,
            "dispatch": box.dispatch,
        }
        on = scenarios.text_of(state.scenarios, self._codec, self._numbered)
        return [Row(layer, SETTINGS, 0, text(values)), Row(layer, scenarios.PART, 0, on)]

    def all(self, state: State, layer: int) -> Iterator[Row]:
        """All of a state but its head and its requests."""
        yield Row(layer, FIXTURES, 0, self._codec.text(state.fixtures))
        yield from self.small(state, layer)
        for name in state.store.names:
            for doc_id in state.store.collection(name).ids():
                yield from self.changed(state, layer, name, doc_id)
        for number in state.timeline.events:
            yield from self.changed(state, layer, EVENTS, number)
        for delivery in state.outbox.deliveries:
            yield from self.changed(state, layer, DELIVERIES, delivery.number)
        parts = state.scenarios.parts
        for part, subjects in ((STUCK, parts.stuck), (HELD, parts.held)):
            for subject in subjects:
                yield from self.changed(state, layer, part, subject)
        yield from self.notes(state, layer, len(list(state.chronicle)))

    def changed(self, state: State, layer: int, part: str, key: Any) -> Iterator[Row]:
        """The row of what has changed, come or gone."""
        text = self._codec.text
        if part == EVENTS:
            event = state.timeline.events.get(key)
            yield Row(layer, part, key, None if event is None else text(event))
        elif part == DELIVERIES:
            yield Row(layer, part, key, self._delivery(state, key))
        elif part == ACTIVATIONS:
            if self._numbered.is_known(key):  # else its row is written when it is first named
                yield from self._numbered.rows(state.scenarios, layer, key)
        elif part in (STUCK, HELD):
            parts = state.scenarios.parts
            activation = (parts.stuck if part == STUCK else parts.held).get(key)
            number = None if activation is None else str(self._numbered.of(activation))
            yield Row(layer, part, text(key), number)
        elif isinstance(key, int):
            yield Row(layer, part, key, None)
        else:
            collection = state.store.collection(part)
            if (document := collection.get(key)) is not None:
                yield Row(
                    layer,
                    part,
                    collection.place(key)[1],
                    self._document(key, document),
                )

    def _document(self, doc_id: str, document: Mapping[str, Any]) -> str:
        values = self._documents.values(document)
        return self._codec.text([None if values[1:2] == [doc_id] else doc_id, *values])

    def _delivery(self, state: State, number: int) -> str | None:
        delivery = state.outbox.deliveries.get(number)
        if delivery is None:
            return None
        numbers = self._numbered.of
        shown = self._documents.values
        return deliveries.text_of(delivery, state.outbox, self._codec, numbers, shown, self._place)

    def numbered(self, state: State, layer: int) -> Iterator[Row]:
        """The rows of what others name by its number, and that has got one by now."""
        yield from self._documents.rows(layer)
        fresh = self._numbered.fresh
        while fresh:
            yield from self._numbered.rows(state.scenarios, layer, fresh.pop())

    def notes(self, state: State, layer: int, count: int) -> Iterator[Row]:
        """The latest notes of the chronicle."""
        seen, latest = state.chronicle.seen, state.chronicle.latest(count)
        for key, (place, by, change) in enumerate(latest, 1 + seen - len(latest)):
            values = [self._place(place), by, type(change).__name__.lower(), *change]
            yield Row(layer, NOTES, key, self._codec.text(values))

    def request(self, entry: Entry, layer: int, key: int) -> Row:
        """The row of a request."""
        values = entry._replace(
            body=entry.body.decode("latin-1"),  # type: ignore[arg-type]
            response=entry.response.decode("latin-1"),  # type: ignore[arg-type]
            tick=self._place(entry.tick),
        )
        return Row(layer, REQUESTS, key, self._codec.text(values))

    # And back -------------------------------------------------------------------------------

    def state(
        self,
        rows: Mapping[str, Mapping[Key, str]],
        blank: Blank,
        journal: Journal,
        at: Start | None,
    ) -> tuple[State, Requests]:
        """The state that rows tell of, and those of its requests.

        What was under way goes out once its outbox is resumed. `at` is how the clock of a snapshot
        stands; None: it has run on, and attempts that were under way were cut short.
        """
        with filling(sum(map(len, rows.values()))):
            return self._state(rows, blank, journal, at)

    def _state(
        self,
        rows: Mapping[str, Mapping[Key, str]],
        blank: Blank,
        journal: Journal,
        at: Start | None,
    ) -> tuple[State, Requests]:
        value = self._codec.value
        head = value(rows[HEAD][0])
        seed, drawn = head["ids"]
        start = at or _run_on(*head["clock"])
        state = blank(start, Ids(seed, drawn), value(rows[FIXTURES][0]), journal)
        state.began = head["began"]
        small = value(rows[SETTINGS][0])
        state.settings = {
            name: _settings(model.settings, small["providers"].get(name, {}))
            for name, model in self._models.items()
        }
        activations = scenarios.fill(state.scenarios, rows, self._codec, self._numbered)
        document = self._documents.reader(rows)
        self._fill(state, rows, document, head["changed"])
        due = rows.get(EVENTS, {})
        read = self._codec.values(due.values())
        events = {int(n): Event(*values) for n, values in zip(due, read, strict=True)}
        scheduled, advance = head["timeline"]
        state.timeline.recover(events, (scheduled, advance))
        box = state.outbox
        box.addresses = {
            (provider, channel): Address(url, secret, None if events is None else frozenset(events))
            for provider, channel, url, secret, events in small["addresses"]
        }
        box.timeout, box.dispatch = small["timeout"], small["dispatch"]
        webhooks = {name: model.webhooks for name, model in self._models.items()}
        kept = deliveries.read(
            rows.get(DELIVERIES, {}), self._codec, webhooks, activations, document, self._back
        )
        made, places = head["deliveries"]
        box.recover(kept, made, places, cut=at is None)
        noted = [self._noted(text) for _, text in sorted(rows.get(NOTES, {}).items())]
        state.chronicle.recover(noted, head["notes"])
        return state, self._journal(state, rows, Requests(*head["requests"]))

    def _fill(
        self,
        state: State,
        rows: Mapping[str, Mapping[Key, str]],
        document: Callable[[Sequence[Any]], dict[str, Any]],
        is_changed: bool,
    ) -> None:
        for name in sorted(rows.keys() - _OTHERS):
            documents = self._codec.values(rows[name].values())
            state.store.collection(name).recover(
                (int(key), doc_id or values[1], document(values))
                for key, (doc_id, *values) in zip(rows[name], documents, strict=True)
            )
        if not is_changed:
            state.store.begin()

    def _noted(self, text: str) -> Noted:
        place, by, name, *values = self._codec.value(text)
        if name == "acted" and values[2] is not None:
            values[2] = tuple(values[2])
        caller: Caller | None = by
        change: Change = _CHANGES[name](*values)
        return Noted(self._back(place), caller, change)

    def _journal(
        self, state: State, rows: Mapping[str, Mapping[Key, str]], requests: Requests
    ) -> Requests:
        first = requests.end - (requests.seen - requests.dropped)
        there = {int(key): text for key, text in rows.get(REQUESTS, {}).items()}
        entries = [self._entry(there[key]) for key in range(first, requests.end) if key in there]
        state.journal.recover(entries, requests.seen, requests.seen - len(entries))
        return requests

    def _entry(self, text: str) -> Entry:
        entry = Entry(*self._codec.value(text))
        return entry._replace(
            headers=tuple((name, value) for name, value in entry.headers),
            body=str(entry.body).encode("latin-1"),
            response=str(entry.response).encode("latin-1"),
            tick=self._back(entry.tick),
        )


def _run_on(now: int, mode: Any, rate: float, then: int) -> Start:
    """How a clock stands by now; one whose time runs has run on, if the machine's has."""
    passed = max(0, wall() - then) if mode == "realtime" else 0
    return Start(now + int(passed * rate), mode, rate)


def _settings(default: Any, values: Mapping[str, Any]) -> Any:
    """Settings as they were; those that there were not yet have their defaults."""
    known = {field.name for field in fields(default)}
    return replace(default, **{key: value for key, value in values.items() if key in known})
