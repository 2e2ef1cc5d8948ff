"""Tells of what is kept in the words of a story."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sandbox.engine.chronicle import Acted, Moved, Noted, Ran, Switched
from sandbox.engine.journal import Entry
from sandbox.engine.provider.model import Model
from sandbox.engine.time.timeline import Happening
from sandbox.engine.values.instants import iso
from sandbox.engine.webhooks.delivery import Attempt, Delivery
from sandbox.story.events import APP, BANK, ENDPOINT, Event, Tone, lasting, short

_MOST_OF_A_BODY = 400
_MOST_OF_A_REASON = 80
_UUID = re.compile(r"\b([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


class Try(NamedTuple):
    """An attempt at a delivery and its number; None: it has not been tried."""

    delivery: Delivery
    number: int
    attempt: Attempt | None


class Teller:
    """Makes events of what is kept."""

    def __init__(
        self,
        models: Mapping[str, Model],
        line_of: Callable[[Entry], Mapping[str, Any]],
        pages: Mapping[str, frozenset[str]],
        amounts: Mapping[Happening, str | None],
        laid: Mapping[int, Sequence[str]],
    ) -> None:
        """What it has to know.

        Args:
            models: the providers, by name.
            line_of: what the log says of a request.
            pages: by provider, the first parts of the paths that payers visit.
            amounts: of the documents that changed, in their provider's own units.
            laid: by the number of a request, the scenarios that laid values over what it saw.
        """
        self._tries = {name: 1 + len(model.webhooks.retries) for name, model in models.items()}
        self._line_of, self._pages = line_of, pages
        self._amounts, self._laid = amounts, laid

    def tell(self, piece: Entry | Noted | Try) -> Event:
        """The event that it is."""
        if isinstance(piece, Entry):
            return self._request(piece)
        if isinstance(piece, Try):
            return self._webhook(piece)
        change = piece.change
        if isinstance(change, Happening):
            return self._happening(piece, change)
        if isinstance(change, Acted):
            return _acted(piece.tick, change)
        return Event(
            change.at,
            piece.tick,
            "scenario" if isinstance(change, Switched) else "clock",
            _of_the_world(change),
            tone="odd" if isinstance(change, Switched) and change.on else "plain",
        )

    def _request(self, entry: Entry) -> Event:
        line, provider = self._line_of(entry), entry.provider
        is_page = entry.path.split("/", 2)[1] in self._pages.get(provider or "", ())
        marks = [_FATES[entry.answered].format(entry.scenario)] if entry.scenario else []
        marks += [f"scenario {name}" for name in dict.fromkeys(self._laid.get(entry.id, ()))]
        if line["why"] and not entry.scenario:
            marks.append(short(line["why"], _MOST_OF_A_REASON))
        is_lost = entry.status is None or entry.answered == "lost"
        status = "cut" if entry.status is None else str(entry.status)
        more = [f"answered {status} in {line['duration_ms']:.1f} ms"]
        more += [
            f"{key}: {short(line[key], _MOST_OF_A_BODY)}"
            for key in ("why", "hint", "sent", "answered")
            if line.get(key)
        ]
        return Event(
            entry.at,
            entry.tick,
            "request",
            f"{entry.method} {line['path']} → {status}",
            BANK if is_page else APP,
            provider or APP,
            "bad" if is_lost else _tone(entry.status),
            tuple(marks),
            tuple(more),
            provider,
            status=entry.status,
        )

    def _happening(self, noted: Noted, change: Happening) -> Event:
        amount = self._amounts.get(change)
        states = f"{change.was} → {change.became}" if change.was else change.became
        text = f"{change.kind} {_brief(change.subject)} {states}"
        more = [f"{change.kind} {change.subject}"]
        if amount is not None:
            text, more = f"{text}, {amount}", [*more, f"amount: {amount}"]
        more.append("came of a call" if noted.by else "came of time, or of the payer or the bank")
        return Event(
            change.at,
            noted.tick,
            "state",
            text,
            change.provider if noted.by else BANK,
            change.provider,
            more=tuple(more),
            provider=change.provider,
            subject=change.subject,
            was=change.was or None,
            became=change.became,
        )

    def _webhook(self, piece: Try) -> Event:
        delivery, number, attempt = piece
        notice, effect = delivery.notice, delivery.effect
        marks = ["doubled"] if delivery.repeats else []
        more = [f"{notice.event} of {notice.subject[1]} {notice.subject[2]}"]
        more.append(f"delivery {delivery.number}, happened at {iso(delivery.at)}")
        if effect.acted:
            more.append(f"made so by {', '.join(effect.acted)}")
        status: int | None = None
        tone: Tone = "bad"
        if attempt is None:
            said = ""
            marks.append(_UNSENT.get(delivery.status, "not sent yet"))
            tone = "bad" if delivery.status == "lost" else "odd"
            if delivery.next_at is not None:
                more.append(f"goes out at {iso(delivery.next_at)}")
        else:
            status = attempt.answer.status
            said = f" → {attempt.answer.error or status}"
            tone = "good" if status == 200 and attempt.answer.error is None else "bad"
            late = attempt.at - delivery.at
            if number == 1 and effect.after and late:
                marks.append(f"{lasting(late)} late")
            if number == 1 and effect.swap:
                marks.append("out of order")
            if effect.forge:
                marks.append("bad signature")
            marks += self._count(delivery, number)
            more.append(f"to {(delivery.url or '').partition('?')[0]}{said}")
            if delivery.hint and number == len(delivery.attempts):
                more.append(f"hint: {delivery.hint}")
        return Event(
            delivery.at if attempt is None else attempt.at,
            delivery.message.tick if attempt is None else attempt.tick,
            "webhook",
            f"{notice.event}{said}",
            notice.provider,
            ENDPOINT,
            "odd" if marks and tone == "good" else tone,
            tuple(marks),
            tuple(more),
            notice.provider,
            notice.subject[2],
            status,
            broken=status is None,
        )

    def _count(self, delivery: Delivery, number: int) -> list[str]:
        """Which attempt it was, where there are several, and whether it was the last."""
        there = len(delivery.attempts)
        if there == 1 and delivery.status in ("delivered", "collected"):
            return []
        most = self._tries[delivery.notice.provider]
        is_last = delivery.status == "failed" and number == there
        of = f" of {most}" if delivery.planned == there else ""
        return [f"try {number}{of}", *(["given up"] if is_last else [])]


_UNSENT = {"lost": "lost", "waiting": "held back"}
_FATES = {
    "itself": "scenario {}",
    "made": "answered by scenario {}",
    "lost": "its answer lost by scenario {}",
}


def _tone(status: int | None) -> Tone:
    if status is None or status >= 500:
        return "bad"
    return "odd" if status >= 400 else "good"


def _brief(subject: str) -> str:
    """An id, the rest of a UUID left out."""
    return _UUID.sub(r"\1…", subject)


def _acted(tick: int, change: Acted) -> Event:
    provider, kind, subject = change.subject or ("", "", "")
    return Event(
        change.at,
        tick,
        "scenario",
        f"scenario {change.scenario} acts" + (subject and f" on {kind} {_brief(subject)}"),
        provider or None,
        provider or None,
        "odd",
        more=(f"on {kind} {subject}",) if subject else (),
        provider=provider or None,
        subject=subject or None,
    )


def _of_the_world(change: Moved | Ran | Switched) -> str:
    if isinstance(change, Moved):
        if change.to is None:
            return "the clock is moved on until nothing is to come"
        return f"the clock is moved on by {lasting(change.to - change.at)}"
    if isinstance(change, Ran):
        return "the clock stands" if change.mode == "frozen" else f"the clock runs{_rate(change)}"
    given = ", ".join(f"{name}={value}" for name, value in change.given.items())
    return f"scenario {change.scenario} {'on' if change.on else 'off'}" + (given and f" ({given})")


def _rate(change: Ran) -> str:
    return "" if change.rate == 1 else f", {change.rate:g} times as fast"
