"""The story of a world in the admin API: what happened, as a picture, as text or as JSON."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response
from marshmallow import fields, validate

from sandbox.admin.log import Lines
from sandbox.admin.requests import body_shown, secrets_of
from sandbox.engine.journal import Entry
from sandbox.engine.reading.fields import InstantText, Shape, Strict, word
from sandbox.http.admin_requests import load_query
from sandbox.http.bodies import json_response
from sandbox.http.current import answering, this_world
from sandbox.http.pages import picture
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

USUAL_LIMIT, MOST_EVENTS = 200, 1000
"""How many events a story has, unless told; and at most."""
MERMAID = "text/vnd.mermaid; charset=utf-8"


class StoryFilter(Strict):
    """The query of `GET /story.svg` and its like; `limit` leaves the latest."""

    subject = fields.String(
        load_default=None,
        metadata={"description": "A payment's or a refund's id or reference; all if left out."},
    )
    limit = fields.Integer(load_default=USUAL_LIMIT, validate=validate.Range(1, MOST_EVENTS))


class StoryLane(Shape):
    """One who takes part."""

    id = fields.String()
    name = fields.String()


class StoryEvent(Shape):
    """Something that happened; `source` and `target` are lanes, null for what is all the world's.

    `status` is that of an answer, `from` and `to` are states, `marks` say what was odd about it,
    and `broken` that it never reached its target.
    """

    at = InstantText()
    type = word(["request", "state", "webhook", "clock", "scenario"])
    text = fields.String()
    source = fields.String(allow_none=True)
    target = fields.String(allow_none=True)
    marks = fields.List(fields.String())
    more = fields.List(fields.String())
    provider = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    status = fields.Integer(allow_none=True)
    was = fields.String(data_key="from", allow_none=True)
    became = fields.String(data_key="to", allow_none=True)
    broken = fields.Boolean()


class StoryShape(Shape):
    """A story; `left_out` counts earlier events, `dropped` what is kept no longer."""

    title = fields.String()
    lanes = fields.List(fields.Nested(StoryLane))
    events = fields.List(fields.Nested(StoryEvent))
    left_out = fields.Integer()
    dropped = fields.Integer()


_FILTER = StoryFilter()
_STORY = StoryShape()


def add_story(admin: Blueprint, providers: Sequence[Provider]) -> None:
    """Add the calls that tell a world's story."""
    models = {provider.name: provider.model for provider in providers}
    pages = {provider.name: provider.pages for provider in providers}
    lines = Lines(providers, bodies=True)
    secrets_at = secrets_of(providers)

    def line_of(entry: Entry) -> dict[str, Any]:
        return lines.of("", entry)

    def bodies_of(entry: Entry) -> tuple[Any, Any]:
        secrets, kind = secrets_at(entry.path), dict(entry.headers).get("CONTENT_TYPE", "")
        return body_shown(entry.body, kind, secrets), body_shown(entry.response, "", secrets)

    def told(show: Callable[[Any], Response]) -> Callable[[], Response]:
        def tell() -> Response:
            from sandbox.story.collecting import Source, collect  # (a start needs none)
            from sandbox.story.subjects import Unknown

            given, state = load_query(_FILTER), this_world().state
            source = Source(line_of, bodies_of, pages)
            try:
                story = collect(state, models, source, given["subject"], given["limit"])
            except Unknown as error:
                reason = f"there is no payment and no refund {given['subject']}"
                raise Problem(404, reason) from error
            if given["subject"] is None:
                story = story._replace(title=f"the world {answering.get().world_name}")
            return show(story)

        return tell

    for name, show in (("svg", _as_svg), ("mmd", _as_mermaid), ("json", _as_json)):
        admin.add_url_rule(f"/story.{name}", f"story_{name}", told(show))


def _as_svg(story: Any) -> Response:
    from sandbox.story.svg import svg

    return picture(svg(story))


def _as_mermaid(story: Any) -> Response:
    from sandbox.story.mermaid import mermaid

    return Response(mermaid(story), content_type=MERMAID)


def _as_json(story: Any) -> Response:
    return json_response(_STORY.dump(story))
