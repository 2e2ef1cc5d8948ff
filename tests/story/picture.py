"""Draws the picture in docs/story.md: `python -m tests.story.picture`."""

import re
from pathlib import Path

from tests.kit import frozen, serving
from tests.receiver import receiving

FILE = Path(__file__).parents[2] / "docs" / "story.svg"


def drawn() -> str:
    """A refund whose last webhook is lost, until its app asks; without what no two runs share."""
    with serving(frozen("2027-01-01T09:00:00Z")) as box, receiving() as receiver:
        receiver.answers(200, 503)
        box.admin.put("/webhooks/lahza", {"url": receiver.url})
        transaction = box.transaction(amount=5000)
        refund = box.lahza_refund(transaction, amount=1000).json()["data"]["id"]
        box.advance("1h")
        box.on("webhook-lost")
        box.advance("3d")
        box.lahza_status(refund)
        told = str(box.admin.get("/story.svg", params={"subject": refund}).text)
    told = told.replace(receiver.url, "http://127.0.0.1:9000/hooks")
    return re.sub(r" in [0-9.]+ ms", " in 1.0 ms", told)


if __name__ == "__main__":
    FILE.write_text(drawn(), "utf-8")
