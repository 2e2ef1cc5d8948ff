"""The story of a world in the admin API: what happened, as a picture, as text or as JSON."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from sandbox.story.events import Story

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


class Stories:
    """Tells the stories of worlds."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self._models = {provider.name: provider.model for provider in providers}
        self._pages = {provider.name: provider.pages for provider in providers}
        self._lines = Lines(providers, bodies=True)
        self._secrets_at = secrets_of(providers)

    def tell(self, subject: str | None = None, limit: int = USUAL_LIMIT) -> "Story":
        """The story of this call's world.

        Args:
            subject: the one payment or refund that it is about, by an id or a reference.
            limit: how many events it has; the latest.

        Raises:
            Problem: 404, there is no such payment or refund.
        """
        from sandbox.story.collecting import Source, collect  # (a start needs none)
        from sandbox.story.subjects import Unknown

        source = Source(self._line_of, self._bodies_of, self._pages)
        try:
            story = collect(this_world().state, self._models, source, subject, limit)
        except Unknown as error:
            reason = f"there is no payment and no refund {subject}"
            raise Problem(404, reason) from error
        if subject is None:
            story = story._replace(title=f"the world {answering.get().world_name}")
        return story

    def _line_of(self, entry: Entry) -> dict[str, Any]:
        return self._lines.of("", entry)

    def _bodies_of(self, entry: Entry) -> tuple[Any, Any]:
        secrets, kind = self._secrets_at(entry.path), dict(entry.headers).get("CONTENT_TYPE", "")
        return body_shown(entry.body, kind, secrets), body_shown(entry.response, "", secrets)


def add_story(admin: Blueprint, providers: Sequence[Provider]) -> None:
    """Add the calls that tell a world's story."""
    stories = Stories(providers)

    def told(show: Callable[["Story"], Response]) -> Callable[[], Response]:
        return lambda: show(stories.tell(**load_query(_FILTER)))

    for name, show in (("svg", _as_svg), ("mmd", _as_mermaid), ("json", _as_json)):
        admin.add_url_rule(f"/story.{name}", f"story_{name}", told(show))


def _as_svg(story: "Story") -> Response:
    from sandbox.story.svg import svg

    return picture(svg(story))


def _as_mermaid(story: "Story") -> Response:
    from sandbox.story.mermaid import mermaid

    return Response(mermaid(story), content_type=MERMAID)


def _as_json(story: "Story") -> Response:
    return json_response(_STORY.dump(story))
