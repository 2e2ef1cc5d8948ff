"""The admin API's bodies and queries, in and out."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from sandbox.admin.webhooks import MOST_SHOWN, USUAL_LIMIT, Delivery
from sandbox.engine.provider.rules import Lifecycle, Seeder
from sandbox.engine.reading.fields import (
    YEARS,
    DurationText,
    InstantText,
    Shape,
    Strict,
    StrictBoolean,
    TimeoutText,
)
from sandbox.engine.reading.validation import OneOf
from sandbox.engine.values.instants import iso
from sandbox.engine.webhooks.dispatch import DISPATCHES
from sandbox.engine.worlds.advance import Page
from sandbox.setting_values import MODES, MOST_RATE

MOST_SEEDED = 100_000


class Rate(fields.Float):
    """World seconds to a real one."""

    openapi: ClassVar[Mapping[str, Any]] = {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": MOST_RATE,
        "description": "World seconds to a real one.",
    }

    def __init__(self, **rest: Any) -> None:
        limits = validate.Range(min=0, min_inclusive=False, max=MOST_RATE)
        super().__init__(validate=limits, allow_nan=False, **rest)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return float(super()._deserialize(value, *args, **kwargs) or 0)


class ClockChange(Strict):
    """The body of `PUT /clock`: any of these."""

    mode = fields.String(validate=OneOf(MODES))
    rate = Rate()
    now = InstantText(metadata=YEARS)


_LIMIT = validate.Range(min=0, max=MOST_SHOWN)


class Advance(Strict):
    """The body of `POST /clock/advance`: one of `by`, `to` and `until`.

    Of the events, and of the deliveries, the answer has the first `limit`. With `pull` it stops
    where a delivery waits to be pulled, and the answer's `left` is the body that goes on.
    """

    openapi: ClassVar[Mapping[str, Any]] = {
        "oneOf": [{"required": [key]} for key in ("by", "to", "until")]
    }

    by = DurationText()
    to = InstantText(metadata=YEARS)
    until = fields.String(validate=OneOf(["idle"]))
    limit = fields.Integer(strict=True, load_default=USUAL_LIMIT, validate=_LIMIT)
    pull = StrictBoolean(load_default=False)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data.keys() - {"limit", "pull"}) != 1:
            raise ValidationError("give one of by, to, until")


class AdvancePage(Strict):
    """The query of `GET /clock/advance`: `offset` leaves out the first so many of either list."""

    offset = fields.Integer(load_default=0, validate=validate.Range(min=0))
    limit = fields.Integer(load_default=USUAL_LIMIT, validate=_LIMIT)


class Reset(ClockChange):
    """The body of `POST /reset`: how the world begins, where not as it first did."""

    seed = fields.Integer(strict=True, validate=validate.Range(min=0, max=10**18 - 1))
    webhook_dispatch = fields.String(validate=OneOf(DISPATCHES))


class Parameters(Strict):
    """The body of `PUT /scenarios/{name}`."""

    parameters = fields.Dict(keys=fields.String(), load_default=dict)


class WebhookSettings(Strict):
    """What is set for webhooks of all providers: when they go out, and how long a receiver may
    take, in real time (null: the default).
    """

    webhook_dispatch = fields.String(validate=OneOf(DISPATCHES))
    webhook_timeout = TimeoutText(allow_none=True)


WEBHOOK_SETTINGS = WebhookSettings()


class _Seed(Strict):
    """What of a body of `POST /seed` is the same for all kinds."""

    seed = fields.Integer(strict=True, load_default=None, validate=validate.Range(min=0))
    offset = fields.Integer(strict=True, load_default=0, validate=validate.Range(min=0))

    @validates_schema
    def _of_a_seed(self, data: dict[str, Any], **_: Any) -> None:
        if data["offset"] and data["seed"] is None:
            raise ValidationError("goes with seed", "offset")


def seed_schema(seeders: Sequence[tuple[str, Seeder]]) -> Strict:
    """The body of `POST /seed`: how many of each kind, and of which seed."""
    count = validate.Range(min=0, max=MOST_SEEDED)
    keys = dict.fromkeys([*(key for key, _ in seeders), *(s.also for _, s in seeders if s.also)])
    counts: dict[str, Any] = {key: fields.Integer(strict=True, validate=count) for key in keys}
    schema = _Seed.from_dict(counts, name="Seed")
    return schema()  # type: ignore[return-value]


class AnyCase(fields.String):
    """One of a few words, in small or capital letters."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        [words] = (each.choices for each in self.validators if isinstance(each, validate.OneOf))
        return next((word for word in words if word.lower() == text.lower()), text)


def settlement_schema(lifecycle: Lifecycle) -> Strict:
    """The body of `POST /{provider}/{kind}s/{id}/settle`: an outcome, and why."""
    status = AnyCase(required=True, validate=OneOf(lifecycle.later_states()))
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))
    name = f"Settle{lifecycle.provider.title()}{lifecycle.kind.title()}"
    schema = Strict.from_dict({"status": status, "reason": reason}, name=name)
    return schema()  # type: ignore[return-value]


# What goes out ----------------------------------------------------------------------------------


class Health(Shape):
    """That it is up."""

    status = fields.Constant("ok")
    version = fields.String()
    now = InstantText()


class Clock(Shape):
    """The clock, and what is to come: `due` events, the first of them at `next_due_at`."""

    mode = fields.String(validate=OneOf(MODES))
    now = InstantText()
    rate = fields.Function(lambda clock: _plain(clock["rate"]), metadata={"type": "number"})
    due = fields.Integer()
    next_due_at = InstantText(allow_none=True)


class Event(Shape):
    """Something that has happened: a document went from one state to another."""

    at = InstantText()
    kind = fields.String()
    provider = fields.String()
    subject = fields.String()
    was = fields.String(data_key="from")
    became = fields.String(data_key="to")


class Counts(Shape):
    """How many of each."""

    events = fields.Integer()
    deliveries = fields.Integer()


class Advanced(Shape):
    """What happened while the clock was moved, in its order.

    `more` counts those behind the last ones here, `dropped` those that are not kept.
    """

    began = InstantText(data_key="from")
    now = InstantText()
    events = fields.List(fields.Nested(Event))
    deliveries = fields.List(fields.Nested(Delivery))
    more = fields.Nested(Counts)
    dropped = fields.Nested(Counts)


def _left(page: Page) -> dict[str, str] | None:
    if not page.stopped:
        return None
    return {"until": "idle"} if page.to is None else {"to": iso(page.to)}


class Stoppable(Advanced):
    """What happened until a delivery waits to be pulled; `left` is the body that goes on."""

    left = fields.Function(_left, metadata={"type": ["object", "null"]})


class Scenario(Shape):
    """A scenario; its parameters are those in force when it is on, else their defaults.

    `one_of` has the valid values of those parameters that may have only some; `acted` counts how
    often it has acted since it was last switched on, and `missing` has those parameters that name a
    document which does not exist.
    """

    name = fields.String()
    provider = fields.String()
    title = fields.String()
    about = fields.String()
    enabled = fields.Boolean()
    parameters = fields.Dict(keys=fields.String())
    one_of = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw()))
    acted = fields.Integer()
    missing = fields.Dict(keys=fields.String())


HEALTH = Health()
CLOCK = Clock()
ADVANCED = Advanced()
STOPPABLE = Stoppable()
SCENARIO = Scenario()


def _plain(rate: float) -> float:
    return int(rate) if rate == int(rate) else rate
