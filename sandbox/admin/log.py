"""What happens in the worlds of a server, line by line: for the log, and for who follows it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from marshmallow import fields

from sandbox.admin.masking import masked
from sandbox.admin.requests import body_shown, hint_shown, path_shown, secrets_of
from sandbox.engine.journal import Entry
from sandbox.engine.reading.fields import InstantText, Shape, Strict, word
from sandbox.engine.time.timeline import Happening
from sandbox.engine.values.instants import DAY, Instant, iso
from sandbox.engine.values.json_text import to_json
from sandbox.engine.webhooks.delivery import Tried
from sandbox.feed import Feed
from sandbox.http.admin_requests import load_query
from sandbox.http.bodies import json_response
from sandbox.http.current import answering
from sandbox.http.provider import Provider, said
from sandbox.http.request_guard import ADMIN

MOST_OF_A_BODY = 2000
"""Of a body in a line, the first characters."""
TYPES = ("request", "transition", "webhook", "note")

_PAGES = f"/{ADMIN}/dashboard"

Line = dict[str, Any]


class Lines:
    """Makes lines of what happens: JSON objects, in which no credential stands."""

    def __init__(self, providers: Sequence[Provider], bodies: bool = False) -> None:
        """`bodies` says whether lines have them, shortened."""
        self._secrets_at = secrets_of(providers, "secret")  # (what signs webhooks)
        self._brief = {provider.name: provider.brief for provider in providers}
        self._tries = {p.name: 1 + len(p.model.webhooks.retries) for p in providers}
        self._bodies = bodies

    def of(self, world: str, event: object) -> Line:
        """The line that says of an event in a world; of a text, a note."""
        line = self._line(world, event)
        return {key: masked(told) if isinstance(told, str) else told for key, told in line.items()}

    def _line(self, world: str, event: object) -> Line:
        if isinstance(event, Entry):
            return self._request(world, event)
        if isinstance(event, Tried):
            return self._webhook(world, event)
        if isinstance(event, Happening):
            return _transition(world, event)
        return {"type": "note", "text": str(event)}

    def _request(self, world: str, entry: Entry) -> Line:
        secrets = self._secrets_at(entry.path)
        is_refused = entry.status is not None and entry.status >= 400
        why = entry.scenario
        if is_refused and (refusal := self._said(entry, secrets)):
            why = refusal if why is None else f"{why}: {refusal}"
        line = {
            "type": "request",
            "at": iso(entry.at),
            "world": world,
            "provider": entry.provider,
            "method": entry.method,
            "path": path_shown(entry, secrets),
            "status": entry.status,
            "duration_ms": entry.duration / 1000,
            "why": why,
            "hint": hint_shown(entry),
        }
        if self._bodies and not entry.path.startswith(_PAGES):  # (whose forms hold secrets)
            steers = entry.provider is None  # (its body is JSON, whatever its content type)
            kind = "" if steers else dict(entry.headers).get("CONTENT_TYPE", "")
            if steers and "/webhooks/" in entry.path:
                secrets |= {"url"}  # (a receiver's: its query may be one)
            line["sent"] = _short(body_shown(entry.body, kind, secrets))
            if not steers or is_refused:  # (it tells of others' bodies, too)
                line["answered"] = _short(body_shown(entry.response, "", secrets))
        return line

    def _said(self, entry: Entry, secrets: frozenset[str]) -> str | None:
        """Why a request was refused, in the few words of who refused it."""
        answer = body_shown(entry.response, "", secrets)
        if not isinstance(answer, dict):
            return None
        brief = self._brief.get(entry.provider or "", said)
        return brief(answer)

    def _webhook(self, world: str, tried: Tried) -> Line:
        delivery = tried.delivery
        at, answer, _ = delivery.attempts[-1]
        notice = delivery.notice
        line = {
            "type": "webhook",
            "at": iso(at),
            "world": world,
            "provider": notice.provider,
            "event": notice.event,
            "subject": notice.subject[2],
            "id": delivery.number,
            "url": (delivery.url or "").partition("?")[0],  # (what follows may be a secret)
            "status": answer.status,
            "error": answer.error,
            "duration_ms": answer.duration / 1000,
            "why": self._tried(tried, at),
            "hint": delivery.hint,
        }
        if self._bodies:
            secrets = self._secrets_at("")
            line["sent"] = _short(body_shown(delivery.message.body, "", secrets))
            line["answered"] = _short(body_shown(answer.body, "", secrets))
        return line

    def _tried(self, tried: Tried, at: Instant) -> str | None:
        """Which attempt it was, where that is worth a word, and when the next one comes."""
        delivery = tried.delivery
        if not tried.planned:
            return "redelivered"
        if delivery.planned == 1 and delivery.next_at is None and delivery.status == "delivered":
            return None
        most = self._tries[delivery.notice.provider]
        after = f", next {_near(delivery.next_at, at)}" if delivery.next_at is not None else ""
        given_up = ", given up" if delivery.status == "failed" else ""
        return f"try {delivery.planned} of {most}{after}{given_up}"


def _transition(world: str, event: Happening) -> Line:
    return {
        "type": "transition",
        "at": iso(event.at),
        "world": world,
        "provider": event.provider,
        "kind": event.kind,
        "subject": event.subject,
        "from": event.was or None,
        "to": event.became,
    }


def _near(moment: Instant, at: Instant) -> str:
    """A moment as one says it at another: the time of the day, unless it is on another day."""
    text = iso(moment, digits=0)[:-1].replace("T", " ").removesuffix(":00")
    return text[11:] if moment // DAY == at // DAY else text


def _short(body: Any) -> str | None:
    if body is None:
        return None
    text = body if isinstance(body, str) else to_json(body).decode()
    return text if len(text) <= MOST_OF_A_BODY else f"{text[:MOST_OF_A_BODY]}…"


# Over HTTP --------------------------------------------------------------------------------------


class LogQuery(Strict):
    """The query of `GET /log`."""

    after = fields.Integer(
        load_default=None, metadata={"description": "`last` of the answer before."}
    )
    bodies = word(["true", "false"], load_default="false")


_MAY = {"optional": True}


class LogLine(Shape):
    """A line; which keys it has depends on its type."""

    type = word(TYPES)
    at = InstantText(metadata=_MAY)
    world = fields.String(metadata=_MAY)
    provider = fields.String(allow_none=True, metadata=_MAY)
    method = fields.String(metadata=_MAY)
    path = fields.String(metadata=_MAY)
    status = fields.Integer(allow_none=True, metadata=_MAY)
    duration_ms = fields.Float(metadata=_MAY)
    why = fields.String(allow_none=True, metadata=_MAY)
    hint = fields.String(allow_none=True, metadata=_MAY)
    sent = fields.String(allow_none=True, metadata=_MAY)
    answered = fields.String(allow_none=True, metadata=_MAY)
    kind = fields.String(metadata=_MAY)
    subject = fields.String(metadata=_MAY)
    was = fields.String(data_key="from", allow_none=True, metadata=_MAY)
    became = fields.String(data_key="to", metadata=_MAY)
    id = fields.Integer(metadata=_MAY)
    event = fields.String(metadata=_MAY)
    url = fields.String(metadata=_MAY)
    error = fields.String(allow_none=True, metadata=_MAY)
    text = fields.String(metadata=_MAY)


_QUERY = LogQuery()


def add_log(admin: Blueprint, providers: Sequence[Provider], feed: Feed) -> None:
    """Add the call by which one follows what happens in a world."""
    lines = {bodies: Lines(providers, bodies == "true") for bodies in ("true", "false")}

    def list_lines() -> Response:
        given, name = load_query(_QUERY), answering.get().world_name
        news, of = feed.read(given["after"]), lines[given["bodies"]].of
        shown = [of(world, event) for world, event in news.events if world == name]
        return json_response({"lines": shown, "last": news.last, "missed": news.missed})

    admin.add_url_rule("/log", view_func=list_lines)
