"""Collects a world's story from its journal, its chronicle and its outbox."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from sandbox.engine.chronicle import Acted, Moved, Noted, Ran, Switched
from sandbox.engine.journal import Entry
from sandbox.engine.provider.model import Model
from sandbox.engine.time.timeline import Happening
from sandbox.engine.webhooks.delivery import Delivery
from sandbox.engine.worlds.state import State
from sandbox.story.events import Event, Story, lanes_of
from sandbox.story.subjects import Subject, find
from sandbox.story.telling import Teller, Try

MOST_DELIVERIES = 5000
"""Of those that are kept, the latest that a story looks at."""
Piece: TypeAlias = tuple[tuple[int, int], Entry | Noted | Try]
"""What is kept of something, behind its moment and its place at that."""


class Source(NamedTuple):
    """How a story reads what is kept of requests, in which no credential is to stand.

    Attributes:
        line_of: what the log says of a request.
        bodies_of: its body and its answer's, as JSON values.
        pages: by provider, the first parts of the paths that payers visit.
    """

    line_of: Callable[[Entry], Mapping[str, Any]]
    bodies_of: Callable[[Entry], tuple[Any, Any]]
    pages: Mapping[str, frozenset[str]]


def collect(
    state: State, models: Mapping[str, Model], source: Source, name: str | None, limit: int
) -> Story:
    """The story of a world, or of one payment or refund in it.

    Args:
        state: the world's.
        models: the providers, by name.
        source: how to read requests.
        name: an id or a reference; None: the story of all.
        limit: of the events, the latest.

    Raises:
        Unknown: there is nothing of that name.
    """
    with state.lock:
        subjects = None if name is None else find(name, models, state.store)
        noted, deliveries = list(state.chronicle), list(state.outbox.deliveries)
        dropped = state.chronicle.dropped + state.outbox.deliveries.dropped
        documents = _Documents(state, models)
        if subjects is not None:
            noted = [each for each in noted if _concerns(each, subjects, documents)]
        entries = list(state.journal.newest_first())
        dropped += state.journal.dropped + len(deliveries[:-MOST_DELIVERIES])
    deliveries = deliveries[-MOST_DELIVERIES:]
    if subjects is not None:
        entries = [entry for entry in entries if _asks(entry, subjects, source)]
        deliveries = [each for each in deliveries if _tells(each, subjects)]
    pieces: list[Piece] = [((entry.at, entry.tick), entry) for entry in entries]
    numbers = {entry.id for entry in entries}
    laid: dict[int, list[str]] = {}
    for each in noted:
        change, by = each.change, each.by
        if not isinstance(change, Acted) or change.subject is not None or by is None:
            pieces.append(((change.at, each.tick), each))
        elif by.number in numbers:
            laid.setdefault(by.number, []).append(change.scenario)
    pieces += [piece for each in deliveries for piece in _tries(each)]
    pieces.sort(key=itemgetter(0))
    pieces = list(_moving_once(pieces))
    if subjects is not None:
        pieces = _around_its_own(pieces)
    left_out = max(0, len(pieces) - limit)
    with state.lock:
        amounts = {
            piece.change: documents.amount(piece.change)
            for _, piece in pieces[left_out:]
            if isinstance(piece, Noted) and isinstance(piece.change, Happening)
        }
    teller = Teller(models, source.line_of, source.pages, amounts, laid)
    events: Sequence[Event] = [teller.tell(piece) for _, piece in pieces[left_out:]]
    title = "all that happened" if name is None else name
    return Story(title, lanes_of(events, list(models)), events, left_out, dropped)


class _Documents:
    """The documents of a state, as happenings name them."""

    def __init__(self, state: State, models: Mapping[str, Model]) -> None:
        self._store = state.store
        self._models = models
        names = {spec.name for model in models.values() for spec in model.collections}
        self._names = {name: name for name in names}
        for model in models.values():
            for kind, lifecycle in model.lifecycles.items():
                self._names[f"{model.name}.{kind}s"] = lifecycle.collection

    def of(self, provider: str, kind: str, subject: str) -> Mapping[str, Any]:
        """The document, or nothing where there is none."""
        name = self._names.get(f"{provider}.{kind}s")
        return {} if name is None else self._store.collection(name).get(subject) or {}

    def amount(self, happening: Happening) -> str | None:
        """Its amount as its provider says it, with the currency."""
        document = self.of(happening.provider, happening.kind, happening.subject)
        model = self._models[happening.provider]
        listed = model.payments or model.refunds
        if listed is None or not {"amount", "currency"} <= document.keys():
            return None
        currency = document["currency"]
        return f"{listed.units(document['amount'], currency)} {currency}"


# What concerns a subject ------------------------------------------------------------------------


def _concerns(noted: Noted, subjects: Sequence[Subject], documents: _Documents) -> bool:
    """Whether a change is one of theirs; clocks and scenarios are everybody's."""
    change = noted.change
    if isinstance(change, Happening):
        of = (change.provider, change.kind, change.subject)
    elif isinstance(change, Acted):
        if change.subject is None:
            return noted.by is not None
        of = change.subject
    else:
        return True
    document = documents.of(*of)
    return any(
        subject.provider == of[0] and subject.is_in([of[2].lower(), *subject.names_of(document)])
        for subject in subjects
    )


def _tells(delivery: Delivery, subjects: Sequence[Subject]) -> bool:
    notice = delivery.notice
    return any(
        subject.provider == notice.provider
        and subject.is_in(
            [
                notice.subject[2].lower(),
                *(name for each in notice.documents for name in subject.names_of(each)),
            ]
        )
        for subject in subjects
    )


def _asks(entry: Entry, subjects: Sequence[Subject], source: Source) -> bool:
    seen = b"\n".join((entry.path.encode(), entry.query.encode(), entry.body, entry.response))
    maybe = [s for s in subjects if s.provider == entry.provider and s.may_be_in(seen)]
    if not maybe:
        return False
    sent, answered = source.bodies_of(entry)
    where = [*entry.path.split("/"), *(value for _, value in parse_qsl(entry.query))]
    path = [part.lower() for part in where]
    return any(
        subject.is_in([*path, *subject.names_in(sent), *subject.names_in(answered)])
        for subject in maybe
    )


# In one order ------------------------------------------------------------------------------------


def _tries(delivery: Delivery) -> Iterator[Piece]:
    """Each attempt at a delivery, or what keeps it from being tried; none without an address.

    A first one stands right behind what it tells of, though a thread made it somewhat later.
    """
    place = delivery.at, delivery.message.tick
    for number, attempt in enumerate(delivery.attempts, start=1):
        is_at_once = number == 1 and attempt.at == delivery.at
        yield place if is_at_once else (attempt.at, attempt.tick), Try(delivery, number, attempt)
    if not delivery.attempts and delivery.status != "collected":
        yield place, Try(delivery, 0, None)


def _is_of_the_world(piece: Entry | Noted | Try) -> bool:
    return isinstance(piece, Noted) and isinstance(piece.change, Moved | Ran | Switched)


def _around_its_own(pieces: Sequence[Piece]) -> list[Piece]:
    """A subject's pieces, and what happened to the whole world between them.

    Of what was before, the scenarios that were still on when they began.
    """
    own = [n for n, (_, piece) in enumerate(pieces) if not _is_of_the_world(piece)]
    if not own:
        return []
    on: dict[str, Piece] = {}
    for place, piece in pieces[: own[0]]:
        if isinstance(piece, Noted) and isinstance(piece.change, Switched):
            on.pop(piece.change.scenario, None)
            if piece.change.on:
                on[piece.change.scenario] = place, piece
    return [*on.values(), *pieces[own[0] : own[-1] + 1]]


def _moving_once(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, but for moves of the clock that only go on, or go nowhere.

    A client that pulls webhooks advances again and again to the same goal.
    """
    goal: Moved | None = None
    for place, piece in pieces:
        change = piece.change if isinstance(piece, Noted) else None
        if isinstance(change, Moved):
            if change.to == change.at or (goal is not None and goal.to == change.to):
                continue
            goal = change
        elif isinstance(piece, Entry) or isinstance(change, Ran | Switched):
            goal = None
        yield place, piece
