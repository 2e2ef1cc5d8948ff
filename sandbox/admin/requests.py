"""The journal in the admin API: the requests seen, and what answered them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, request
from marshmallow import fields, validate

from sandbox.admin.masking import STRUCK_OUT, masked
from sandbox.engine.journal import MOST_ENTRIES, Entry
from sandbox.engine.reading.fields import YEARS, InstantText, Shape, Strict
from sandbox.engine.reading.validation import listed
from sandbox.engine.scenarios.steps import same_path, segments
from sandbox.http.admin_requests import load_values
from sandbox.http.bodies import Malformed, json_response, read_json
from sandbox.http.current import this_world
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

_BODY = "body."


class RequestFilter(Strict):
    """The query of `GET /requests`, but for its `body.<field>`. In `path`, `*` is any one part."""

    provider = fields.String()
    method = fields.String()
    path = fields.String()
    status = fields.Integer(validate=validate.Range(min=100, max=599))
    since = InstantText(metadata=YEARS)
    until = InstantText(metadata=YEARS)
    limit = fields.Integer(load_default=MOST_ENTRIES, validate=validate.Range(min=1))


_FILTER = RequestFilter()


def add_requests(admin: Blueprint, providers: Sequence[Provider]) -> None:
    """Add the calls about requests."""
    names = [provider.name for provider in providers]
    secrets_at = secrets_of(providers)

    @admin.get("/requests")
    def list_requests() -> Response:
        query = request.args.to_dict()
        of_body = {key: query.pop(key) for key in list(query) if key.startswith(_BODY)}
        given, journal = load_values(_FILTER, query), this_world().state.journal
        if given.get("provider", names[0]) not in names:
            raise Problem(400, listed(names, given["provider"]), "provider")
        matching = (entry for entry in journal.newest_first() if is_asked_for(entry, given))
        shown = (dump_entry(entry, secrets_at(entry.path)) for entry in matching)
        found = (entry for entry in shown if _holds_all(entry["body"], of_body))
        limited = list(islice(found, min(given["limit"], MOST_ENTRIES)))
        return json_response({"requests": limited, "dropped": journal.dropped})

    admin.delete("/requests")(clear_requests)


def secrets_of(providers: Sequence[Provider], *also: str) -> Callable[[str], frozenset[str]]:
    """The names of what bears a secret, and some more, in calls of a path."""
    secrets = frozenset(also).union(*(provider.model.secrets for provider in providers))
    secrets |= {"cookie", "proxy-authorization"}
    at = {path: secrets | names for p in providers for path, names in p.model.secrets_at.items()}
    return lambda path: at.get(path, secrets)


def clear_requests() -> Response:
    """Forget them all."""
    world = this_world()
    with world.lock:
        world.state.journal.clear()
    return json_response({"requests": [], "dropped": 0})


def is_asked_for(entry: Entry, given: Mapping[str, Any]) -> bool:
    """Whether an entry is one of those that a `RequestFilter` asks for."""
    return (
        given.get("provider", entry.provider) == entry.provider
        and given.get("method", entry.method).upper() == entry.method
        and given.get("status", entry.status) == entry.status
        and given.get("since", entry.at) <= entry.at
        and ("until" not in given or entry.at < given["until"])
        and ("path" not in given or same_path(segments(given["path"]), segments(entry.path)))
    )


def _holds_all(body: object, wanted: Mapping[str, str]) -> bool:
    """Whether a body, its secrets struck out, has all of some values, by `body.<field>`."""
    return all(
        any(_is_text(value, text) for value in _at(body, key.removeprefix(_BODY).split(".")))
        for key, text in wanted.items()
    )


def _at(value: object, path: Sequence[str]) -> Iterator[object]:
    """The values at a path of keys; in a list, a number picks one item, and a name asks all."""
    if not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])
    elif isinstance(value, list) and _PLACE.fullmatch(path[0]):
        yield from (inner for item in value[int(path[0]) :][:1] for inner in _at(item, path[1:]))
    elif isinstance(value, list):
        yield from (inner for item in value for inner in _at(item, path))


_PLACE = re.compile(r"[0-9]{1,9}", re.ASCII)


def _is_text(value: object, text: str) -> bool:
    """Whether a JSON value is what a text says: `35` is the number and the text."""
    if isinstance(value, bool) or value is None:
        return text == {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | Decimal):
        try:
            return Decimal(text) == value
        except InvalidOperation:
            return False
    return value == text


# As it is shown --------------------------------------------------------------------------------


class SeenRequest(Shape):
    """A request and its answer; `status` is null where the connection was cut."""

    id = fields.Integer()
    at = InstantText()
    provider = fields.String(allow_none=True)
    method = fields.String()
    path = fields.String()
    query = fields.String()
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    body = fields.Raw()
    status = fields.Integer(allow_none=True)
    response = fields.Raw()
    scenario = fields.String(allow_none=True)
    duration_ms = fields.Function(
        lambda entry: entry["duration"] / 1000, metadata={"type": "number"}
    )
    hint = fields.String(
        allow_none=True, metadata={"description": "What the sandbox says of a mistake."}
    )


_SEEN = SeenRequest()


def dump_entry(entry: Entry, secrets: frozenset[str]) -> dict[str, Any]:
    """A request and its answer, with credentials and tokens struck out.

    They are known by the names of what holds them, and by their form wherever they stand.
    """
    kind = dict(entry.headers).get("CONTENT_TYPE", "").lower()
    shown = {
        **entry._asdict(),
        "path": masked(entry.path),
        "query": _query(entry.query, secrets),
        "headers": {
            name: STRUCK_OUT if name.lower() in secrets else masked(value)
            for name, value in map(_header, entry.headers)
        },
        "body": _shown(entry.body, kind, secrets),
        "response": _answer(entry.response, secrets),
        "hint": hint_shown(entry),
    }
    return dict(_SEEN.dump(shown))


def path_shown(entry: Entry, secrets: frozenset[str]) -> str:
    """The path and the query, likewise."""
    path = masked(entry.path)
    return f"{path}?{_query(entry.query, secrets)}" if entry.query else path


def hint_shown(entry: Entry) -> str | None:
    """The hint, likewise."""
    return None if entry.hint is None else masked(entry.hint)


def body_shown(body: bytes, kind: str, secrets: frozenset[str]) -> Any:
    """A body by its content type (empty: JSON, if it is that), likewise."""
    return _shown(body, kind.lower(), secrets) if kind else _answer(body, secrets)


def _header(pair: tuple[str, str]) -> tuple[str, str]:
    """A header, from its form in the WSGI environment."""
    return pair[0].removeprefix("HTTP_").replace("_", "-").title(), pair[1]


def _query(text: str, secrets: frozenset[str]) -> str:
    pairs = parse_qsl(text, keep_blank_values=True)
    shown = [(masked(n), STRUCK_OUT if n.lower() in secrets else masked(v)) for n, v in pairs]
    return text if shown == pairs else urlencode(shown, safe="*")


def _shown(body: bytes, kind: str, secrets: frozenset[str]) -> Any:
    """A body as JSON if it is that, as the fields of a form if those, else as text.

    Text that can't be read so, but in which the name of a secret stands, is not shown.
    """
    if not body:
        return None
    text = body.decode("utf-8", "replace")
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(_field(*pair, secrets) for pair in parse_qsl(text, keep_blank_values=True))
    try:
        return struck(read_json(body), secrets)
    except Malformed:
        lowered = text.lower()
        return STRUCK_OUT if any(name in lowered for name in secrets) else masked(text)


def _field(name: str, value: str, secrets: frozenset[str]) -> tuple[str, str]:
    """A form's field; a name may hold a secret's, as `card[cvv]`, or be JSON that is no form."""
    if name.lower() in secrets:
        return name, STRUCK_OUT
    if any(secret in name.lower() for secret in secrets):
        return name if _FIELD.fullmatch(name) else STRUCK_OUT, STRUCK_OUT
    return masked(name), masked(value)


_FIELD = re.compile(r"[\w.\[\]-]{1,100}", re.ASCII)


def _answer(body: bytes, secrets: frozenset[str]) -> Any:
    """An answer likewise; but a page names the fields of a form, and nothing of theirs."""
    if _PAGE.match(body):
        return masked(body.decode("utf-8", "replace"))
    return _shown(body, "", secrets)


_PAGE = re.compile(rb"\s*<!doctype html\b", re.IGNORECASE)


def struck(value: Any, secrets: frozenset[str]) -> Any:
    """A JSON value, with credentials and tokens struck out."""
    if isinstance(value, dict):
        return {
            masked(key): (_struck if key.lower() in secrets else struck)(inner, secrets)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [struck(inner, secrets) for inner in value]
    return masked(value) if isinstance(value, str) else value


def _struck(value: Any, secrets: frozenset[str]) -> Any:
    """What bears a secret's name; but an object of facts, such as a card's, is none itself."""
    return struck(value, secrets) if isinstance(value, dict) else STRUCK_OUT
