"""The shape of a scenario file, as marshmallow schemas; `compiler` checks its words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from sandbox.engine.reading.fields import DurationText, Strict, StrictBoolean
from sandbox.engine.reading.validation import OneOf, Path, explain
from sandbox.engine.scenarios.steps import (
    ANY,
    LONGEST_TEXT,
    METHODS,
    MOST_SKIPPED,
    MOST_STEPS,
    UNLIMITED,
    ScenarioError,
)
from sandbox.engine.scenarios.vocabulary import Scalar
from sandbox.engine.values.instants import DAY

LONGEST_VALUE = 2000
"""Characters of a parameter's value, and of one in a `where`."""


class _Scalar(fields.Field[Scalar]):
    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "number", "boolean"],
        "maxLength": LONGEST_VALUE,
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Scalar:
        if not isinstance(value, str | int | Decimal | bool):
            raise ValidationError("must be a text, a number, true or false")
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise ValidationError(f"longer than {LONGEST_VALUE} characters")
        return value


class _Delay(DurationText):
    most, beyond = DAY, "a delay is real time: at most 1d"


class _Times(fields.Field["int | None"]):
    openapi: ClassVar[Mapping[str, Any]] = {
        "anyOf": [{"type": "integer", "minimum": 1}, {"const": UNLIMITED}]
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | None:
        if value == UNLIMITED:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValidationError(f'must be a whole number from 1, or "{UNLIMITED}"')
        return value


_text = validate.Length(min=1, max=2000)
_name = validate.Regexp(r"[a-z][a-z0-9-]{0,63}\Z", error="must be like my-scenario")


class ParameterShape(Strict):
    """A parameter: its default, and its values if they are few."""

    default = _Scalar(required=True)
    one_of = fields.List(_Scalar(), load_default=list)


class _NameShape(Strict):
    name = fields.String(required=True, validate=_name)


class ScenarioShape(Strict):
    """A scenario, whole."""

    name = fields.String(validate=_name)
    title = fields.String(required=True, validate=_text)
    provider = fields.String(load_default=ANY)
    about = fields.String(load_default="", validate=validate.Length(max=2000))
    parameters = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[a-z_][a-z0-9_]*\Z")),
        values=fields.Nested(ParameterShape),
        load_default=dict,
        validate=validate.Length(max=50),
    )
    script = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(min=1, max=MOST_STEPS),
    )


class _StepShape(Strict):
    """What any step may say: for which values of the parameters it holds, and for which provider.

    `note` is a text for people.
    """

    when = fields.Dict(keys=fields.String(), values=_Scalar())
    provider = fields.String()
    note = fields.String(validate=validate.Length(max=2 * LONGEST_TEXT))


class _CountedShape(_StepShape):
    """A step that acts on the first `times` that it matches, behind the first `skip`."""

    on = fields.String(required=True)
    times = _Times(load_default=None)
    skip = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, MOST_SKIPPED))


class SetShape(_StepShape):
    """A step that lays values over the documents of a kind."""

    set = fields.String(required=True)
    where = fields.Dict(keys=fields.String(), values=_Scalar(), load_default=dict)
    to = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(min=1))


class TransitionShape(_CountedShape):
    """A step that decides what a document becomes."""

    where = fields.Dict(keys=fields.String(), values=_Scalar(), load_default=dict)
    after = DurationText(load_default=0)
    become = fields.String(required=True)


class RequestWhere(Strict):
    """Which requests a step is about."""

    provider = fields.String(load_default=ANY)
    method = fields.String(load_default=ANY, validate=OneOf([ANY, *METHODS]))
    path = fields.String(load_default=ANY)


_FRAMING = {"connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding"}


def _own_header(name: str) -> None:
    if name.lower() in _FRAMING | {"upgrade"}:
        raise ValidationError("is the server's to set; `cut` breaks a connection off")


class RespondShape(Strict):
    """The answer that a step makes up; `after` the call has been made, or instead of it."""

    status = fields.Integer(
        load_default=200, strict=True, validate=validate.Range(min=200, max=599)
    )
    body = fields.Raw(load_default=None, allow_none=True)
    headers = fields.Dict(
        keys=fields.String(validate=[validate.Regexp(r"[A-Za-z][A-Za-z0-9-]*\Z"), _own_header]),
        values=fields.String(validate=validate.Regexp(r"[\x20-\x7e]*\Z")),
        load_default=dict,
    )
    after = StrictBoolean(load_default=False)
    cut = StrictBoolean(load_default=False)


class RequestShape(_CountedShape):
    """A step that delays a request, or answers it."""

    where = fields.Nested(RequestWhere, load_default=lambda: RequestWhere().load({}))
    advance = DurationText(load_default=0)
    delay = _Delay(load_default=0)
    fail = fields.String(load_default=None)
    retry_after = DurationText(load_default=None)
    respond = fields.Nested(RespondShape, load_default=None)


class WebhookShape(_CountedShape):
    """A step that decides what becomes of a webhook."""

    where = fields.Dict(keys=fields.String(), values=_Scalar(), load_default=dict)
    lose = StrictBoolean(load_default=False)
    repeat = fields.Integer(load_default=0, strict=True, validate=validate.Range(1, 10))
    after = DurationText(load_default=0)
    swap = StrictBoolean(load_default=False)
    forge = StrictBoolean(load_default=False)
    before_answer = StrictBoolean(load_default=False)


NAME = _NameShape()
SCENARIO = ScenarioShape()
SET = SetShape()
TRANSITION = TransitionShape()
REQUEST = RequestShape()
WEBHOOK = WebhookShape()


def load_shape(schema: Schema, raw: object, at: Path) -> dict[str, Any]:
    """Load a part of a scenario; `at` is where it stands.

    Raises:
        ScenarioError: its shape is wrong.
    """
    try:
        return dict(schema.load(raw))  # type: ignore[arg-type]
    except ValidationError as error:
        path, reason = explain(error, schema)
        raise ScenarioError((*at, *path), reason) from error
