"""The part of the dashboard that is about the world itself, whatever the providers."""

from collections.abc import Sequence

from sandbox.dashboard import clock
from sandbox.engine.worlds.registry import Worlds
from sandbox.http.dashboard import Part, Tab
from sandbox.http.provider import Provider
from sandbox.settings import Settings


def world_part(providers: Sequence[Provider], worlds: Worlds, settings: Settings) -> Part:
    """Its pages."""
    return Part("world", "Sandbox", [Tab("time", "Time", clock.show)], clock.ARABIC)
