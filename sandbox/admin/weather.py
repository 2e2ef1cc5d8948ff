"""Weather in the admin API: several disturbances at once, given or drawn."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Blueprint, Response
from marshmallow import ValidationError, fields, validate, validates_schema

from sandbox.engine.reading.fields import Shape, Strict
from sandbox.engine.reading.validation import listed
from sandbox.engine.scenarios.library import Library
from sandbox.engine.scenarios.steps import LONGEST_TEXT, MOST_STEPS, ScenarioError
from sandbox.engine.worlds.world import World
from sandbox.http.admin_requests import load
from sandbox.http.bodies import json_response
from sandbox.http.current import this_world
from sandbox.http.problems import Problem

MOST_SEED = 10**18 - 1
USUAL_PROFILE = "rainy"


class WeatherChange(Strict):
    """The body of `POST /weather`: `disturbances`, or a `seed` with a `profile` to draw them from.

    A profile is the name of one, or one as it stands in a file. An empty list of disturbances is
    calm weather.
    """

    openapi: ClassVar[Mapping[str, Any]] = {
        "oneOf": [{"required": ["disturbances"]}, {"required": ["seed"]}]
    }

    disturbances = fields.List(
        fields.String(validate=validate.Length(min=1, max=LONGEST_TEXT)),
        validate=validate.Length(max=MOST_STEPS),
    )
    seed = fields.Integer(strict=True, validate=validate.Range(min=0, max=MOST_SEED))
    profile = fields.Raw(metadata={"type": ["string", "object"]})

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data.keys() & {"disturbances", "seed"}) != 1:
            raise ValidationError("give disturbances, or a seed")
        if "profile" in data and "seed" not in data:
            raise ValidationError("goes with seed", "profile")


class Disturbance(Shape):
    """A disturbance: a scenario on the `nth` thing that it matches; how often it has `acted`."""

    text = fields.String()
    scenario = fields.String()
    title = fields.String()
    parameters = fields.Dict(keys=fields.String())
    nth = fields.Integer()
    acted = fields.Integer()


class Span(Shape):
    """Whole numbers, both ends included."""

    first = fields.Integer(data_key="from")
    last = fields.Integer(data_key="to")


def _choices(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _SPAN.dump(of) if hasattr(of, "first") else list(of)
        for name, of in parameters.items()
    }


class Drawable(Shape):
    """A scenario that may be drawn; a parameter has a list of values, or whole numbers from, to."""

    scenario = fields.String()
    weight = fields.Integer()
    nth = fields.Nested(Span)
    parameters = fields.Function(
        lambda each: _choices(each.parameters),
        metadata={"type": "object", "additionalProperties": {"type": ["array", "object"]}},
    )


class Profile(Shape):
    """What weather may be: how many disturbances, and which."""

    name = fields.String()
    title = fields.String()
    about = fields.String()
    count = fields.Nested(Span)
    draw = fields.List(fields.Nested(Drawable))


_SPAN = Span()
_CHANGE = WeatherChange()
_DISTURBANCE = Disturbance()
_PROFILE = Profile()


def add_weather(admin: Blueprint, library: Library) -> None:
    """Add the calls that make weather."""

    @admin.get("/weather")
    def get_weather() -> Response:
        world = this_world()
        with world.lock:
            found = world.state.scenarios.weather()
        return json_response({"disturbances": _DISTURBANCE.dump(found, many=True)})

    @admin.post("/weather")
    def set_weather() -> Response:
        world, given = this_world(), load(_CHANGE)
        with world.lock:
            texts = given.get("disturbances")
            if texts is None:
                texts = _drawn(world, library, given["seed"], given.get("profile", USUAL_PROFILE))
            world.set_weather(texts)
        return get_weather()

    @admin.delete("/weather")
    def clear_weather() -> Response:
        this_world().set_weather([])
        return get_weather()

    @admin.get("/weather/profiles")
    def list_profiles() -> Response:
        profiles = library.profiles(this_world().state.scenarios.vocabulary)
        ordered = [profile for _, profile in sorted(profiles.items())]
        return json_response({"profiles": _PROFILE.dump(ordered, many=True)})


def _drawn(world: World, library: Library, seed: int, named: object) -> list[str]:
    from sandbox.engine.scenarios.drawing import draw  # (a start needs none)
    from sandbox.engine.scenarios.profiles import load_profile

    scenarios = world.state.scenarios
    if not isinstance(named, str):
        try:
            profile = load_profile(named, "", scenarios.find, scenarios.vocabulary)
        except ScenarioError as error:
            raise ScenarioError(("profile", *error.path), error.reason) from error
        return draw(seed, profile)
    profiles = library.profiles(scenarios.vocabulary)
    if named not in profiles:
        reason = f"there is no profile {named!r}; {listed(sorted(profiles), named)}"
        raise Problem(400, reason, "profile")
    return draw(seed, profiles[named])
