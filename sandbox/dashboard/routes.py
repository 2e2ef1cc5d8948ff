"""`/_sandbox/dashboard` over HTTP; all else is imported when a page is first asked for."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from flask import Blueprint, Request, Response, request

from sandbox.dashboard.sessions import Sessions
from sandbox.engine.worlds.registry import Worlds
from sandbox.feed import Feed
from sandbox.http.current import WAITING
from sandbox.http.pipeline import DASHBOARD
from sandbox.http.provider import Provider
from sandbox.http.request_guard import ADMIN, is_foreign
from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.dashboard.desk import Desk


class Dashboard:
    """The dashboard of a server.

    Attributes:
        routes: its only two.
    """

    def __init__(
        self, providers: Sequence[Provider], worlds: Worlds, feed: Feed, settings: Settings
    ) -> None:
        self._made_of = (providers, worlds, feed, settings)
        self._sessions = Sessions(settings)
        self.routes = Blueprint(
            DASHBOARD, __name__, url_prefix=f"/{ADMIN}/{DASHBOARD}", template_folder="templates"
        )
        for rule in ("", "/<path:path>"):
            self.routes.add_url_rule(rule, "show", self._show, methods=["GET", "POST"])

    @cached_property
    def desk(self) -> "Desk":
        """Its pages."""
        from sandbox.dashboard.desk import Desk

        return Desk(*self._made_of, self._sessions)

    def _show(self, path: str = "") -> Response:
        wanted = path.split("/") if path else []
        may_wait = request.method == "POST" or wanted == ["live"]
        with request.environ.get(WAITING, nullcontext)() if may_wait else nullcontext():
            return self.desk.answer(request, wanted)

    def may_see(self, seen: Request) -> bool:
        """Whether a request may see a world, and make it by that; no link of another site's may."""
        return self._sessions.knows(seen) and not is_foreign(seen.environ)
