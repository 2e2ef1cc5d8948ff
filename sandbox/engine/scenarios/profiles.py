"""Profiles of weather: their shape, and reading them from folders."""

import pathlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from sandbox.engine.reading.fields import Strict
from sandbox.engine.reading.files import BadFile, in_folder, read_all
from sandbox.engine.reading.validation import Path
from sandbox.engine.scenarios.compiler import MOST_SCRIPT, length
from sandbox.engine.scenarios.drawing import Choice, Drawable, Profile, Span
from sandbox.engine.scenarios.files import ENDINGS, WEATHER_FOLDER, find
from sandbox.engine.scenarios.schemas import LONGEST_VALUE, load_shape
from sandbox.engine.scenarios.steps import MOST_SKIPPED, MOST_STEPS, Scenario, ScenarioError
from sandbox.engine.scenarios.vocabulary import Scalar, Vocabulary
from sandbox.engine.scenarios.weather import Disturbance, check

_MOST_CHOICES = 100
_LARGEST = 10**9


class _SpanShape(Strict):
    """Whole numbers, both ends included."""

    first = fields.Integer(required=True, strict=True, data_key="from")
    last = fields.Integer(required=True, strict=True, data_key="to")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if not -_LARGEST <= data["first"] <= data["last"] <= _LARGEST:
            raise ValidationError(f"`from` is at most `to`, and both are within {_LARGEST}")


_SPAN = _SpanShape()


def _span(value: object) -> Span:
    """Raises ValidationError for what is no mapping of `from` and `to`."""
    return Span(**_SPAN.load(value))  # type: ignore[arg-type]


class _Count(fields.Field[Span]):
    """A whole number, or some of which one is drawn."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "anyOf": [
            {"type": "integer"},
            {
                "type": "object",
                "properties": {"from": {"type": "integer"}, "to": {"type": "integer"}},
                "required": ["from", "to"],
            },
        ]
    }

    def __init__(self, least: int, most: int, **rest: Any) -> None:
        super().__init__(**rest)
        self._least, self._most = least, most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Span:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number and not isinstance(value, dict):
            raise ValidationError("must be a whole number, or a mapping of `from` and `to`")
        span = Span(value, value) if is_number else _span(value)
        if not self._least <= span.first <= span.last <= self._most:
            raise ValidationError(f"from {self._least} to {self._most}")
        return span


class _Choice(fields.Field[Choice]):
    """A value, a list of some, or a mapping of `from` and `to`."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "number", "boolean", "array", "object"]
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Choice:
        if isinstance(value, dict):
            return _span(value)
        values = value if isinstance(value, list) else [value]
        if not 1 <= len(values) <= _MOST_CHOICES:
            raise ValidationError(f"from 1 to {_MOST_CHOICES} values")
        return [_checked(each) for each in values]


def _checked(value: object) -> Scalar:
    if not isinstance(value, str | int | Decimal | bool):
        raise ValidationError("must be a text, a number, true or false, or a list of those")
    if isinstance(value, str) and (";" in value or len(value) > LONGEST_VALUE):
        raise ValidationError(f"has no semicolon, and at most {LONGEST_VALUE} characters")
    return value


class DrawableShape(Strict):
    """A scenario that may be drawn."""

    scenario = fields.String(required=True)
    weight = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 100))
    nth = _Count(1, MOST_SKIPPED, load_default=Span(1, 3))
    parameters = fields.Dict(keys=fields.String(), values=_Choice(), load_default=dict)


class ProfileShape(Strict):
    """A profile: how many disturbances are drawn, and which."""

    title = fields.String(load_default="", validate=validate.Length(max=2000))
    about = fields.String(load_default="", validate=validate.Length(max=2000))
    count = _Count(0, MOST_STEPS, required=True)
    draw = fields.List(
        fields.Nested(DrawableShape), required=True, validate=validate.Length(max=100)
    )


PROFILE = ProfileShape()


def load_profile(
    raw: object, name: str, find: Callable[[str], Scenario], vocabulary: Vocabulary
) -> Profile:
    """Check a profile: each scenario exists, and takes each value of its parameters.

    Raises:
        ScenarioError: so it isn't.
    """
    if not isinstance(raw, Mapping):
        raise ScenarioError((), "a profile is a mapping with count and draw")
    shape = load_shape(PROFILE, raw, ())
    draw = [Drawable(**each) for each in shape["draw"]]
    checked = 0
    for number, each in enumerate(draw):
        values = 1 + sum(map(len, each.parameters.values()))
        with suppress(KeyError):  # (told of below)
            checked += values * length(find(each.scenario).script)
        if checked > MOST_SCRIPT:
            reason = f"more than {MOST_SCRIPT} characters of scripts, once more for each value"
            raise ScenarioError(("draw", number), reason)
        _check(Disturbance(each.scenario, {}, 1), ("draw", number, "scenario"), find, vocabulary)
        for key, choice in each.parameters.items():
            at = ("draw", number, "parameters", key)
            for value in choice:  # (of a span, its ends)
                _check(Disturbance(each.scenario, {key: value}, 1), at, find, vocabulary)
    about = " ".join(shape["about"].split())
    return Profile(name, shape["title"], about, shape["count"], draw)


def _check(
    disturbance: Disturbance, at: Path, find: Callable[[str], Scenario], vocabulary: Vocabulary
) -> None:
    try:
        check(disturbance, find, vocabulary)
    except ScenarioError as error:
        raise ScenarioError(at, error.reason) from error


def read_profiles(
    folder: pathlib.Path, scenarios: Mapping[str, Scenario], vocabulary: Vocabulary
) -> dict[str, Profile]:
    """The profiles that stand in a folder of scenarios, one a file, named after the files.

    Raises:
        BadFile: one of them makes no sense.
    """
    inside = folder / WEATHER_FOLDER
    if not inside.is_dir():
        return {}
    profiles: dict[str, Profile] = {}
    known = partial(find, scenarios=scenarios)
    for source in read_all(in_folder(inside, *ENDINGS)):
        name = source.file.stem
        try:
            profile = load_profile(source.content, name, known, vocabulary)
        except ScenarioError as error:
            raise source.wrong(error.path, str(error)) from error
        if name in profiles:
            raise BadFile(f"{source.file}: the name {name} is taken by another file")
        profiles[name] = profile
    return profiles
