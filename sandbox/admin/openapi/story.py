"""The story of a world."""

from sandbox.admin.story import MERMAID, StoryFilter, StoryShape
from sandbox.http.pages import SVG
from sandbox.openapi.description import Answer, Case, Operation, Operations, SchemaLike, Step

_MOVED = Step("POST", "/_sandbox/clock/advance", {"by": "1h"})


def _as(what: str, schema: SchemaLike, media: str) -> Operation:
    return Operation(
        f"Tell a world's story as {what}",
        [Answer(schema, media=media, about="What happened, the oldest first.")],
        {"limit": 5},
        before=[_MOVED],
        query=StoryFilter().fields,
        wrong={"limit": ["all", 0]},
        refused=[Case({"subject": "nobody"})],
        about="Requests, changes of state, webhooks with their retries, moves of the clock and "
        "scenarios. With a `subject`, those that concern it.",
    )


OPERATIONS: Operations = {
    "story_svg": _as("a picture", {"type": "string"}, SVG),
    "story_mmd": _as("a sequence diagram of Mermaid's", {"type": "string"}, MERMAID),
    "story_json": _as("JSON", StoryShape, "application/json"),
}
