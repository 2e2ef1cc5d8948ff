"""What the tests of stories do most."""

from typing import Any

from tests.kit import Box


def story(box: Box, subject: object = None, **query: Any) -> dict[str, Any]:
    """A world's story as JSON, once all that is due has been tried."""
    assert box.admin.post("/clock/advance", {"by": 0}).status_code == 200
    answer = box.admin.get("/story.json", params={"subject": subject, **query})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(box: Box, subject: object = None, **query: Any) -> list[str]:
    """What its events say, with what was odd about them."""
    return [said(event) for event in story(box, subject, **query)["events"]]


def said(event: dict[str, Any]) -> str:
    """Which way an event leads, and what it says; no more than a UUID's first part."""
    way = " > ".join(dict.fromkeys(filter(None, (event["source"], event["target"]))))
    return f"{way or 'world'}: {' · '.join((event['text'], *event['marks']))}"


def brief(doc_id: object) -> str:
    """An id as a story has it."""
    return f"{str(doc_id)[:8]}…"
