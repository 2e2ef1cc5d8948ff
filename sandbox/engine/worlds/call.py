"""One request's, or one event's, view of a world."""

from typing import TYPE_CHECKING, Any

from sandbox.engine.active_scenarios import Activation
from sandbox.engine.store.collections import Collection, Document
from sandbox.engine.values.instants import Instant

if TYPE_CHECKING:
    from sandbox.engine.webhooks.deliveries import Notice
    from sandbox.engine.worlds.world import World


class WorldGone(Exception):
    """The world was reset while a call waited; it may not act in the new one."""


class Call:
    """A world, the moment in it, and the scenario that this one request carries.

    `with call:` is a rule's turn: it holds the world's lock, and `now` is the moment of it. An
    event's call has a moment of its own, given as `now`.
    """

    __slots__ = ("_generation", "_moment", "now", "own", "world")

    def __init__(
        self, world: "World", own: Activation | None = None, now: Instant | None = None
    ) -> None:
        self.world = world
        self.own = own
        self._generation = world.generation
        self._moment = now
        self.now = world.clock.now() if now is None else now

    @property
    def is_gone(self) -> bool:
        """Whether the world was reset since the call came."""
        return self._generation != self.world.generation

    def __enter__(self) -> None:
        self.world.lock.acquire()
        if self.is_gone:
            self.world.lock.release()
            raise WorldGone
        if self._moment is None:
            self.now = self.world.clock.now()

    def __exit__(self, *_: object) -> None:
        self.world.lock.release()

    def collection(self, name: str) -> Collection[Any]:
        """A collection of the world's store."""
        return self.world.store.collection(name)

    def tell(self, notice: "Notice") -> None:
        """Let the merchant hear, by webhook, of what has just happened."""
        self.world.outbox.tell(notice, self.now, self.own)

    def overlay(self, target: str, document: Document) -> dict[str, Any]:
        """What scenarios make of a document: the values to see in place of its own."""
        with self.world.lock:
            return self.world.scenarios.overlay(target, document, self.own)
