"""What a provider is known to put on the wire, an example an entry: the `wire_examples.yaml` of its
package.

From that file come the examples of its OpenAPI document, the tests in `tests/wire`, and
`docs/wire-examples.md`.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from marshmallow import fields, validate

from sandbox.engine.reading import files
from sandbox.engine.reading.fields import Strict, word

GRADES = ("recorded", "documented", "observed", "Paystack", "ours")
"""How far an example can be relied on, as `docs/fidelity.md` explains."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class WireExample(NamedTuple):
    """An example.

    Attributes:
        name: what it shows, in a few words; no other of the provider has it.
        grade: one of GRADES, of the body or else of the call.
        source: where it comes from, in plain words.
        call: method and path, as `GET /refund/{reference}`; None: it is a webhook.
        webhook: its event.
        parameters: the values of the path's open parts and of the query, by name.
        sent_headers: the headers of the call that are known.
        sent: the body of the call: JSON or a form, as it is printed.
        instead: what stands in the call for words that its source writes in the place of values,
            such as `uuid`.
        status: of the answer.
        headers: those of the answer that are known.
        body: the JSON of the answer or the webhook, less its white space; None: it is not known.
        known: `whole`; or `keys`: those and their order alone, and the values are the sandbox's.
        made: the places whose values the sandbox makes up, or has from its own clock.
        here: values that the sandbox has in the place of the example's, by place.
        differs: why the sandbox answers in another form, if it does.
        note: what else there is to know.
        at: the moment at which the sandbox's clock stands when it answers so.
        before: what has to happen first in the sandbox. Each is `{"example": its name}` or a call:
            `{"call": method and path, "headers": those of the call, "sent": its JSON, "gives": what
            of its answer stands in the examples for what, by the whole path there}`.

    A place is the end of a path: `customer.id`, `data.0.amount`; `id` is any key of that name.
    """

    name: str
    grade: str
    source: str
    call: str | None = None
    webhook: str | None = None
    parameters: Mapping[str, Any] = _NOTHING
    sent_headers: Mapping[str, str] = _NOTHING
    sent: str | None = None
    instead: Mapping[str, str] = _NOTHING
    status: int | None = None
    headers: Mapping[str, str] = _NOTHING
    body: str | None = None
    known: str = "whole"
    made: Sequence[str] = ()
    here: Mapping[str, Any] = _NOTHING
    differs: str | None = None
    note: str | None = None
    at: str | None = None
    before: Sequence[Mapping[str, Any]] = ()

    @property
    def sent_text(self) -> str | None:
        """What is sent, with values where the source has words for them."""
        return None if self.sent is None else self.in_place(self.sent)

    @property
    def sent_value(self) -> Any:
        """The same, read."""
        text = self.sent_text or ""
        is_json = text.startswith(("{", "["))
        return _read(text) if is_json else dict(parse_qsl(text.strip()))

    @property
    def value(self) -> Any:
        """The body, read."""
        return None if self.body is None else _read(self.body)

    def in_place(self, text: str) -> str:
        """A text of the call, with values where the source has words for them."""
        for placeholder, value in self.instead.items():
            text = text.replace(placeholder, value)
        return text


def _read(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


class _Step(Strict):
    example = fields.String()
    call = fields.String()
    headers = fields.Dict(fields.String(), fields.String())
    sent = fields.Raw()
    gives = fields.Dict(fields.String(), fields.String())


class _Example(Strict):
    name = fields.String(required=True)
    grade = word(GRADES, required=True)
    source = fields.String(required=True)
    call = fields.String(validate=validate.Regexp(r"[A-Z]+ /\S+\Z"))
    webhook = fields.String()
    parameters = fields.Dict(fields.String())
    sent_headers = fields.Dict(fields.String(), fields.String())
    sent = fields.String()
    instead = fields.Dict(fields.String(), fields.String())
    status = fields.Integer()
    headers = fields.Dict(fields.String(), fields.String())
    body = fields.String()
    known = word(["whole", "keys"])
    made = fields.List(fields.String())
    here = fields.Dict(fields.String())
    differs = fields.String()
    note = fields.String()
    at = fields.String()
    before = fields.List(fields.Nested(_Step))


def wire_examples(file: Path) -> list[WireExample]:
    """The examples of a provider, in the order of its file.

    Raises:
        BadFile: it can't be read.
        ValidationError: an entry is none.
    """
    entries = _Example(many=True).load(files.read(file).content)
    return [WireExample(**entry) for entry in entries]
