"""Where webhooks go, and how each delivery went."""

from itertools import groupby
from typing import Any

from .connection import Part
from .moments import given

__tracebackhide__ = True  # pytest then shows the test instead

_PAGE = 5000
"""How many deliveries are asked for at once."""


class Webhooks(Part):
    """The world's webhooks."""

    def addresses(self) -> list[dict[str, Any]]:
        """Where they go: `provider`, `domain`, `url`, `secret` (struck out), `events`."""
        return list(self._call("GET", "webhooks")["webhooks"])

    def send_to(
        self,
        provider: str,
        url: str,
        *,
        secret: str | None = None,
        events: list[str] | None = None,
        domain: str | None = None,
    ) -> dict[str, Any]:
        """Let a provider's webhooks go to an address, from now on."""
        body = given(url=url, secret=secret, events=events, domain=domain)
        return dict(self._call("PUT", "webhooks", provider, body=body))

    def stop(self, provider: str, *, domain: str | None = None) -> None:
        """Send a provider's webhooks nowhere; they are collected."""
        self._call("DELETE", "webhooks", provider, query={"domain": domain})

    def deliveries(
        self,
        *,
        provider: str | None = None,
        event: str | None = None,
        subject: str | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Those that match, oldest first; also what had no address to go to.

        Args:
            provider: lean or lahza.
            event: such as `refund.processed`.
            subject: the id of what it is about.
            status: collected, waiting, pending, delivered, failed or lost.
            limit: that many, the latest; unless given, all that are kept.
        """
        query: dict[str, object] = given(
            provider=provider, event=event, subject=subject, status=status
        )
        found: list[dict[str, Any]] = []
        while True:
            query["limit"] = _PAGE if limit is None else min(_PAGE, limit - len(found))
            page = self._call("GET", "webhooks", "deliveries", query=query)
            found[:0] = page["deliveries"]
            if not page["more"] or limit == len(found):
                return found
            query["before"] = found[0]["id"]

    def told(self, most: int = 20) -> str:
        """The latest as text for people, oldest first."""
        found = self._call("GET", "webhooks", "deliveries", query={"limit": most})
        lines = [f"… {found['more']} before that"] if found["more"] else []
        return "\n".join([*lines, *map(_told, found["deliveries"])]) or "none"

    def redeliver(self, id: int) -> dict[str, Any]:
        """Try one once more, now."""
        return dict(self._call("POST", "webhooks", "deliveries", str(id), "redeliver"))


def _told(delivery: dict[str, Any]) -> str:
    lines = [f"{delivery['at']}  {delivery['event']} {delivery['subject']}: {delivery['status']}"]
    for came, attempts in groupby(delivery["attempts"], lambda a: a["error"] or a["status"]):
        at, *later = [attempt["at"] for attempt in attempts]
        again = f", {1 + len(later)} times until {later[-1]}" if later else ""
        lines.append(f"  to {delivery['url']} at {at}: {came}{again}")
    return "\n".join(lines)
