"""One request's, or one event's, view of a world."""

from typing import TYPE_CHECKING, Any

from sandbox.engine.instants import Instant
from sandbox.engine.scenarios.active import Activation
from sandbox.engine.store import Collection, Document

if TYPE_CHECKING:
    from sandbox.engine.world import World


class Call:
    """A world, the moment in it, and the scenario that this one request carries."""

    __slots__ = ("now", "own", "world")

    def __init__(
        self, world: "World", own: Activation | None = None, now: Instant | None = None
    ) -> None:
        self.world = world
        self.own = own
        self.now = world.clock.now() if now is None else now

    def collection(self, name: str) -> Collection[Any]:
        """A collection of the world's store."""
        return self.world.store.collection(name)

    def overlay(self, target: str, document: Document) -> dict[str, Any]:
        """What scenarios make of a document: the values to see in place of its own."""
        return self.world.scenarios.overlay(target, document, self.own)
