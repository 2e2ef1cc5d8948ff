"""The world's snapshots, and the worlds that a server holds."""

from typing import NotRequired, TypedDict, cast

from .connection import Part

__tracebackhide__ = True  # pytest then shows the test instead


class Snapshot(TypedDict):
    """A world as it was at a moment of its own; `documents` are counted."""

    name: str
    at: str
    documents: int


class Snapshots(Part):
    """Keeps the whole world as it is, and brings it back. Snapshots outlive a reset."""

    def all(self) -> list[Snapshot]:
        """All there are, by name."""
        return cast(list[Snapshot], self._call("GET", "snapshots")["snapshots"])

    def take(self, name: str) -> Snapshot:
        """Keep the world as it is, in place of an earlier snapshot of the name.

        Webhooks under way are tried first.
        """
        return cast(Snapshot, self._call("PUT", "snapshots", name))

    def restore(self, name: str) -> Snapshot:
        """Make the world as it was: documents, clock, scenarios, settings, webhooks, requests.

        Raises:
            Refused: 404, there is no such snapshot.
        """
        return cast(Snapshot, self._call("POST", "snapshots", name, "restore"))

    def remove(self, name: str) -> None:
        """Forget one."""
        self._call("DELETE", "snapshots", name)


class World(TypedDict):
    """A world of the server's.

    `url` is what to point a client at, below the server's address; `last_used_at` is the
    machine's time, all else the world's own. Of several servers that share the worlds, `member` is
    the address of the one that has it, unless that is the one that was asked.
    """

    name: str
    url: str
    now: str
    mode: str
    documents: int
    requests: int
    last_used_at: str
    member: NotRequired[str]


class Worlds(Part):
    """The worlds of a server."""

    def all(self) -> list[World]:
        """All there are, the least lately used first."""
        return cast(list[World], self._call("GET", "worlds")["worlds"])

    def remove(self, name: str) -> None:
        """Forget one, its snapshots too; used again, it is made anew.

        Raises:
            Refused: 404, there is none; 409, the default one can't be removed.
        """
        self._call("DELETE", "worlds", name)
