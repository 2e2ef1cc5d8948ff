"""Where webhooks go, and how each delivery went."""

from itertools import groupby
from typing import Any

from .connection import Connection, Part
from .moments import given
from .receivers import PULL, Receivers, receiver_of

__tracebackhide__ = True  # pytest then shows the test instead

_PAGE = 5000
"""How many deliveries are asked for at once."""


class Webhooks(Part):
    """The world's webhooks."""

    def __init__(self, connection: Connection, receivers: Receivers) -> None:
        super().__init__(connection)
        self._receivers = receivers

    def addresses(self) -> list[dict[str, Any]]:
        """Where they go: `provider`, `domain`, `url`, `secret` (struck out), `events`."""
        return list(self._call("GET", "webhooks")["webhooks"])

    def send_to(
        self,
        provider: str,
        receiver: object,
        path: str = "/",
        *,
        secret: str | None = None,
        events: list[str] | None = None,
        domain: str | None = None,
    ) -> dict[str, Any]:
        """Let a provider's webhooks go to a receiver, from now on.

        A function, or the test client of a web framework, is called in the thread that waits for
        webhooks, inside of `advance`, `settle`, `wait_for` or `flush`; what it returns or raises is
        the receiver's answer.

        Args:
            provider: lean or lahza.
            receiver: a URL; a function that takes a `Webhook`, and returns None (200), a status,
                (status, body) or a response; or a test client of Django, Flask or Starlette.
            path: where a test client is called.
            secret: what signs them; unless given, the provider's own.
            events: those alone.
            domain: Lahza's: test, unless given, or live.

        Raises:
            TypeError: the receiver is none of these, or a function that takes something else.
        """
        its = None if isinstance(receiver, str) else receiver_of(receiver, path)
        if its is None and not isinstance(receiver, str):
            raise TypeError(f"{receiver!r} is neither a URL, nor a function or a test client")
        url = receiver if its is None else PULL
        body = given(url=url, secret=secret, events=events, domain=domain)
        address = dict(self._call("PUT", "webhooks", provider, body=body))
        self._receivers.drop(provider, address["domain"])
        if its is not None:
            self._receivers.add(provider, address["domain"], its)
        return address

    def stop(self, provider: str, *, domain: str | None = None) -> None:
        """Send a provider's webhooks nowhere; they are collected."""
        self._call("DELETE", "webhooks", provider, query={"domain": domain})
        self._receivers.drop(provider, domain)

    def flush(self) -> list[dict[str, Any]]:
        """Let go out what waits for the clock to be moved, and wait for all that is under way.

        Returns:
            The deliveries that were tried.
        """
        return self._receivers.flush()

    def let_go(self) -> None:
        """Let go out what waits for the test; what goes out by itself is not waited for."""
        if self._call("GET", "settings")["webhook_dispatch"] == "on_advance":
            self.flush()
        else:
            self._receivers.serve()

    def deliveries(
        self,
        *,
        provider: str | None = None,
        event: str | None = None,
        subject: str | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Those that match, as they went out; also what had no address to go to.

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
        tried = dict(self._call("POST", "webhooks", "deliveries", str(id), "redeliver"))
        served = {each["id"]: each for each in self._receivers.serve()}
        return served.get(id, tried)


def _told(delivery: dict[str, Any]) -> str:
    lines = [f"{delivery['at']}  {delivery['event']} {delivery['subject']}: {delivery['status']}"]
    for came, attempts in groupby(delivery["attempts"], lambda a: a["error"] or a["status"]):
        at, *later = [attempt["at"] for attempt in attempts]
        again = f", {1 + len(later)} times until {later[-1]}" if later else ""
        to = "the test's receiver" if delivery["url"] == PULL else delivery["url"]
        lines.append(f"  to {to} at {at}: {came}{again}")
    if delivery["hint"] is not None:
        lines.append(f"  hint: {delivery['hint']}")
    return "\n".join(lines)
