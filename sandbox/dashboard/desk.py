"""Answers visits of the dashboard: finds the page, and lays around it what all pages have."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Request, Response, make_response, redirect

from sandbox.dashboard import arabic
from sandbox.dashboard.live import Streams
from sandbox.dashboard.sessions import Sessions, fresh
from sandbox.dashboard.world import world_part
from sandbox.engine.provider.rules import Conflict, Look
from sandbox.engine.worlds.registry import DEFAULT, NAME, RULE, Worlds
from sandbox.feed import Feed
from sandbox.http import marks
from sandbox.http.current import answering, this_call, this_world
from sandbox.http.dashboard import (
    USERS,
    Moved,
    NotThere,
    Part,
    Shown,
    Tab,
    Visit,
    home_of,
    worded,
)
from sandbox.http.pages import render
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider
from sandbox.http.request_guard import is_foreign
from sandbox.settings import Settings

LANGUAGES = {"en": "English", "ar": "العربية"}
LANGUAGE, ACTING, SAID = "sandbox_language", "sandbox_user", "sandbox_said"
"""The cookies that hold what a visitor has chosen, and what the next page is to say."""
_MOST_WORLDS = 100
"""Names that the switch of worlds offers, those used last."""
_KINDS = {"dashboard.css": "text/css", "dashboard.js": "text/javascript"}
_ALLOWED = {
    "script-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
}


class Desk:
    """The pages of a server's dashboard.

    Attributes:
        parts: of providers, and last that about the world itself.
        arabic: all texts in Arabic, by their English.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        worlds: Worlds,
        feed: Feed,
        settings: Settings,
        sessions: Sessions,
    ) -> None:
        self._worlds, self._feed, self._settings = worlds, feed, settings
        self._sessions = sessions
        self._streams = Streams(feed)
        folder = files("sandbox.dashboard") / "static"
        self._files = {name: (folder / name).read_bytes() for name in _KINDS}
        self._stamp = sha256(b"".join(self._files.values())).hexdigest()[:12]
        made = [provider.dashboard() for provider in providers if provider.dashboard is not None]
        self.parts: Sequence[Part] = [*made, world_part(providers, worlds, settings)]
        self.arabic: Mapping[str, str] = dict(arabic.TEXTS)
        for part in self.parts:
            self.arabic = {**part.arabic, **self.arabic}

    def answer(self, request: Request, path: Sequence[str]) -> Response:
        """The page at a path below the dashboard's own."""
        if path[:1] == ["static"]:
            return self._static(path[1:])
        if is_foreign(request.environ):
            return self._door(request)
        session = self._sessions.of(request)
        if not self._sessions.knows(request):
            return self._log_in(request, path)
        if path == ["login"]:  # in another tab
            return _sent(_home())
        if path == ["live"]:
            return self._streams.answer(this_world(), request)
        if session is None:
            session = fresh()
            if request.method == "POST":
                return self._stale(request, session)
        elif request.method == "POST" and not self._sessions.is_from_a_page(request, session):
            return self._stale(request, session)
        response = self._page(request, path, session)
        if self._sessions.of(request) is None:
            self._sessions.begin(response, request, session)
        return response

    def _page(self, request: Request, path: Sequence[str], session: str) -> Response:
        visit = self._visit(request, path, session)
        visit.world.process_due()
        if path == ["log-out"] and visit.is_post:
            response = _sent(visit.home)
            self._sessions.end(response, request)
            return response
        if path == ["choose"] and visit.is_post:
            return self._choose(visit)
        if not path:
            return _sent(visit.link(self.parts[0].slug, self.parts[0].tabs[0].slug))
        tab = self._tab(path)
        try:
            if tab is None:
                raise NotThere
            shown = tab.show(visit)
        except (Conflict, Problem) as error:
            problem = error if isinstance(error, Problem) else Problem(409, str(error))
            values = {"problem": problem.document()["detail"]}
            return self._render(visit, Shown("dashboard/problem.html", values, problem.status), tab)
        except NotThere:
            return self._render(visit, Shown("dashboard/missing.html", status=404), tab)
        if isinstance(shown, Shown):
            return self._render(visit, shown, tab)
        response = _sent(shown.to)
        if shown.said:
            self._say(response, shown)
        return response

    def _say(self, response: Response, moved: Moved) -> None:
        """Let the page that a form leads to say something, and no page of another tab."""
        response.set_cookie(
            SAID,
            moved.said,
            max_age=60,
            path=urlsplit(moved.to).path,
            httponly=True,
            samesite="Strict",
        )

    def _visit(self, request: Request, path: Sequence[str], session: str) -> Visit:
        chosen = request.cookies.get(ACTING)
        user = next((user for user in USERS if user.id == chosen), USERS[0])
        return Visit(
            request=request,
            world=this_world(),
            call=this_call() if request.method == "POST" else Look(this_world().state),
            user=user,
            language=_language(request),
            home=_home(),
            path=path[2:],
            token=self._sessions.token_of(session),
            arabic=self.arabic,
            tab="/".join(path[:2]),
        )

    def _tab(self, path: Sequence[str]) -> Tab | None:
        """The tab of a path; a part alone is its first."""
        part = next((part for part in self.parts if part.slug == path[0]), None)
        if part is None:
            return None
        wanted = path[1] if len(path) > 1 else None
        return next((tab for tab in part.tabs if wanted in (tab.slug, None)), None)

    # What all pages have --------------------------------------------------------------------

    def _render(self, visit: Visit, shown: Shown, tab: Tab | None = None) -> Response:
        world = visit.world
        with world.lock:
            clock, timeline = world.state.clock, world.state.timeline
            time = {
                "now": clock.now(),
                "mode": clock.mode,
                "rate": clock.rate,
                "due": len(timeline),
                "next_at": timeline.next_at(),
            }
        request = visit.request
        is_seen = request.method == "GET" and request.headers.get("Sec-Fetch-Dest") != "empty"
        said = request.cookies.get(SAID, "") if is_seen else ""
        response = self._bare(
            visit.language,
            shown.template,
            shown.status,
            shown.styles,
            visit=visit,
            here=visit.here(),
            parts=self.parts,
            part=next((p for p in self.parts if tab in p.tabs), None),
            tab=tab,
            users=USERS,
            worlds=sorted(each.world.name for each in self._worlds.all()[-_MOST_WORLDS:]),
            time=time,
            said=said,
            may_log_out=self._sessions.needs_token,
            last=self._feed.read().last,
            **shown.values,
        )
        if said:
            response.delete_cookie(SAID, quote(request.environ["SCRIPT_NAME"] + request.path))
        return response

    def _bare(
        self, language: str, template: str, status: int, styles: str = "'self'", **shown: Any
    ) -> Response:
        """A page, with what templates may ask for."""

        def text(english: str, **values: object) -> str:
            return worded(self.arabic if language == "ar" else {}, english, values)

        response = render(
            template,
            status,
            allowed={**_ALLOWED, "style-src": styles},
            _=text,
            language=language,
            languages=LANGUAGES,
            direction="rtl" if language == "ar" else "ltr",
            home=_home(),
            stamp=self._stamp,
            world_name=answering.get().world_name,
            moment=marks.moment,
            when=marks.when,
            tag=marks.status,
            **shown,
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Content-Language"] = language
        return response

    def _static(self, path: Sequence[str]) -> Response:
        if len(path) != 1 or path[0] not in _KINDS:
            return Response(status=404)
        kind = f"{_KINDS[path[0]]}; charset=utf-8"
        response = Response(self._files[path[0]], content_type=kind)
        response.headers["Cache-Control"] = "max-age=31536000, immutable"
        return response

    # Coming in ------------------------------------------------------------------------------

    def _door(self, request: Request) -> Response:
        """Leads on whom a link of another site has led here.

        With such a visit browsers send no cookie that is for this site alone, so nobody can tell
        whose it is; with the next one they do.
        """
        to = "/".join((_home(), self.parts[0].slug, self.parts[0].tabs[0].slug))
        return self._bare(_language(request), "dashboard/door.html", 200, to=to)

    def _log_in(self, request: Request, path: Sequence[str]) -> Response:
        """The form that asks for the admin token; the page that was asked for, once it is right."""
        if path != ["login"] or request.method != "POST":
            asked = "/".join(path) if request.method == "GET" else ""
            return self._bare(
                _language(request), "dashboard/login.html", 401, wrong=False, to=asked
            )
        to = request.form.get("to", "")
        if not self._sessions.accepts(request.form.get("admin_token", "")):
            return self._bare(_language(request), "dashboard/login.html", 401, wrong=True, to=to)
        response = _sent(f"{_home()}/{to}" if to and _is_path(to) else _home())
        self._sessions.begin(response, request, fresh())
        return response

    def _stale(self, request: Request, session: str) -> Response:
        """A form that no page of this session has made: it may be a foreign page's."""
        visit = self._visit(request, [], session)
        response = self._render(visit, Shown("dashboard/stale.html", status=403))
        self._sessions.begin(response, request, session)
        return response

    def _choose(self, visit: Visit) -> Response:
        """Another world, user or language."""
        form, back = visit.request.form, visit.request.form.get("to", "")
        home = visit.home
        if "world" in form:
            name = form["world"].strip() or DEFAULT
            if not NAME.fullmatch(name):
                values = {"problem": f"{name[:100]}: {RULE}"}
                return self._render(visit, Shown("dashboard/problem.html", values, 400))
            home, back = home_of(name), "/".join(back.split("/")[:2])
        response = _sent(f"{home}/{back}" if back and _is_path(back) else home)
        if any(form.get("user") == user.id for user in USERS):
            response.set_cookie(ACTING, form["user"], httponly=True, samesite="Strict")
        if form.get("language") in LANGUAGES:
            response.set_cookie(LANGUAGE, form["language"], httponly=True, samesite="Strict")
        return response


def _home() -> str:
    return home_of(answering.get().world_name)


def _is_path(text: str) -> bool:
    """Whether it leads nowhere but to a page of the dashboard."""
    return len(text) <= 300 and all(c.isalnum() or c in "-_/" for c in text)


def _sent(to: str) -> Response:
    return make_response(redirect(to, 303))


def _language(request: Request) -> str:
    chosen = request.cookies.get(LANGUAGE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"
