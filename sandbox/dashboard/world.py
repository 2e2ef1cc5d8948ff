"""The part of the dashboard that is about the world itself, whatever the providers."""

from collections.abc import Sequence

from sandbox.dashboard import clock, requests, scenarios, stories, webhooks
from sandbox.dashboard.worlds import ARABIC, WorldsPage
from sandbox.engine.worlds.registry import Worlds
from sandbox.http.dashboard import Part, Tab
from sandbox.http.provider import Provider
from sandbox.settings import Settings


def world_part(providers: Sequence[Provider], worlds: Worlds, settings: Settings) -> Part:
    """Its pages."""
    tabs = [
        Tab("time", "Time", clock.show),
        Tab("scenarios", "Scenarios", scenarios.show),
        Tab("requests", "Requests", requests.Requests(providers).show),
        Tab("webhooks", "Webhooks", webhooks.Webhooks(providers).show),
        Tab("story", "Story", stories.StoryPage(providers).show),
        Tab("worlds", "Worlds", WorldsPage(providers, worlds, settings).show),
    ]
    arabic = {
        **clock.ARABIC,
        **scenarios.ARABIC,
        **requests.ARABIC,
        **webhooks.ARABIC,
        **stories.ARABIC,
        **ARABIC,
    }
    return Part("world", "Sandbox", tabs, arabic)
