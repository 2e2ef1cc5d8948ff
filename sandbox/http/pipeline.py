"""The way of each request: which world, what is due, what scenarios say, the call, the journal.

The same for the whole app, so that no provider's route knows of worlds, scenarios or the journal.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequestKeyError, NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from sandbox.engine.journal import MOST_OF_ONE_BODY, Entry
from sandbox.engine.provider.rules import Call, NotKept, Origin, WorldGone
from sandbox.engine.reading.files import BadFile
from sandbox.engine.time.clock import elapsed
from sandbox.engine.webhooks.attempts import causing
from sandbox.engine.worlds.registry import DEFAULT, Worlds
from sandbox.feed import Feed
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.current import CAUSED, CUT, UNREAD, Exchange, answering, may_steer
from sandbox.http.hints import HEADER as HINT
from sandbox.http.hints import Hints
from sandbox.http.pages import protect
from sandbox.http.provider import Credentials, Provider
from sandbox.http.refusals import dropped, refused, unclear, unread
from sandbox.http.request_guard import ADMIN, RequestGuard
from sandbox.http.scenario_replies import await_webhooks, before_the_call, replied
from sandbox.http.world_names import WORLDS, Unclear, world_of
from sandbox.http.wsgi import ENTERED, HEADERS, around
from sandbox.settings import Settings

_ADMIN_API = "admin"
"""The outermost blueprint of the calls that steer."""
DASHBOARD = "dashboard"
"""The blueprint of the pages that do."""
_HEADER_KEYS = ("HTTP_", "CONTENT_")
_LONGEST_KEPT = 200
"""Characters of a path; what was found for longer ones is not kept."""


class _NoSession(SessionInterface):
    """Nothing is kept between two requests of a client."""

    _null = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self._null


class _LastCounts(ImmutableMultiDict[str, str]):
    """Of a parameter or a field that stands twice the last counts, as of a key in JSON."""

    def __getitem__(self, key: str) -> str:
        values = self.getlist(key)
        if not values:
            raise BadRequestKeyError(key)
        return values[-1]

    def to_dict(self, flat: bool = True) -> Any:
        return {key: values[-1] for key, values in self.lists()} if flat else dict(self.lists())


class _Request(Request):
    parameter_storage_class = _LastCounts


class _Matcher(MapAdapter):
    """Finds the rule of a path; the map does not change, so what was found once is kept."""

    def __init__(self, map: Map, path: str, method: str) -> None:
        super().__init__(map, "", "", "", "http", path, method)

    def match(self, *_: Any, **__: Any) -> Any:
        if len(self.path_info) > _LONGEST_KEPT:
            return super().match(return_rule=True)
        rule, values = _match(self.map, self.path_info, self.default_method)
        return rule, dict(values)


@lru_cache(maxsize=1024)
def _match(map: Map, path: str, method: str) -> tuple[Rule, Mapping[str, Any]]:
    return MapAdapter(map, "", "", "", "http", path, method).match(return_rule=True)


class Application(Flask):
    """Flask, with one way for all requests in place of its hooks and signals."""

    session_interface = _NoSession()
    request_class = _Request
    may_see: Callable[[Request], bool] = staticmethod(lambda _: False)
    """Whether a request may see the dashboard, and make a world by that."""
    _providers: dict[str, Provider]
    _worlds: Worlds

    def install(
        self,
        worlds: Worlds,
        providers: Sequence[Provider],
        routes: Sequence[tuple[str, str, str]],
        feed: Feed,
    ) -> None:
        """Serve these providers, and their routes, in these worlds; tell `feed` of the requests."""
        self._worlds = worlds
        self._feed = feed
        known = {path.split("/")[1]: each for each in providers for path in each.unserved}
        self._providers = known | {name: each for each in providers for name in each.namespaces}
        self._settings: Settings = self.extensions["sandbox.settings"]
        self._hints = Hints(worlds, providers, routes, self._settings)
        self.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
        self.register_error_handler(Exception, refused)
        self.wsgi_app = around(self.wsgi_app, worlds, RequestGuard(self._settings))  # type: ignore[method-assign, assignment]

    def full_dispatch_request(self, *context: Any) -> Response:
        """Answer the request; `context` is Flask's own, in versions that hand it over."""
        exchange = self._enter(request._get_current_object())  # type: ignore[attr-defined]
        token, outer = answering.set(exchange), causing.set(exchange.caused)
        try:
            try:
                response = self._answer(exchange, context)
            except Exception as error:
                handle: Any = self.handle_user_exception
                response = self.make_response(handle(*context, error))
            await_webhooks(exchange)
            return self._finish(exchange, response)
        finally:
            causing.reset(outer)
            answering.reset(token)
            if exchange.caused:
                exchange.request.environ[CAUSED] = exchange.caused

    def _enter(self, seen: Request) -> Exchange:
        """Which world is it for?"""
        settings, first = self._settings, seen.path.split("/", 2)[1]
        provider = self._providers.get(first)
        if provider is None and seen.url_rule is None and first not in (ADMIN, WORLDS):
            meant = (each for each in self._providers.values() if each.is_meant(seen))
            provider = next(meant, None)
        credentials = Credentials() if provider is None else provider.credentials(seen, settings)
        problem: Unclear | None = None
        try:
            name = world_of(seen.environ, credentials.worlds)
        except Unclear as error:
            name, problem = error.nearest, error
        is_admitted = credentials.hold and seen.url_rule is not None
        is_admin = first == ADMIN
        if is_admin and seen.blueprints[-1:] == [_ADMIN_API]:
            is_admitted = may_steer(seen, settings)
            if not is_admitted:  # it will be refused
                name, problem = DEFAULT, None
        elif is_admin and seen.blueprints[-1:] == [DASHBOARD]:
            is_admitted = self.may_see(seen)
        has_bad_name = problem is not None and problem.is_bad_name
        failed = None
        try:
            entered = self._worlds.enter(name, may_make=is_admitted and not has_bad_name)
        except (NotKept, BadFile) as error:
            entered, failed = self._worlds.enter(name, may_make=False), error
        seen.environ[ENTERED] = entered
        world = entered.world
        call = Call(world.state)
        if not is_admin:
            call.origin = Origin(seen.method, seen.path)
        return Exchange(
            seen, world, call, provider, name, is_admin, problem, settings, failed=failed
        )

    def _answer(self, exchange: Exchange, context: tuple[Any, ...]) -> Response:
        """What is due by now happens; scenarios answer, or the route does."""
        provider = exchange.provider
        if exchange.failed is not None:
            raise exchange.failed
        if not exchange.is_admin:  # which does so itself
            exchange.world.process_due()
        if exchange.request.environ.get("CONTENT_LENGTH", "0") != "0":
            exchange.body = exchange.request.get_data()
        if exchange.problem is not None:
            return unclear(provider, exchange.problem)
        if UNREAD in exchange.request.environ:
            return unread(provider, exchange.request.environ[UNREAD])
        if provider is not None and (response := before_the_call(exchange, provider)):
            return response
        has_hooks = provider is None or provider.name in self.before_request_funcs
        if has_hooks and (early := self.preprocess_request(*context)):
            return self.make_response(early)
        if provider is not None and exchange.request.path.startswith(provider.unserved):
            raise NotFound
        return self.make_response(self.dispatch_request(*context))

    def _finish(self, exchange: Exchange, response: Response) -> Response:
        """Scenarios may answer after the call; the journal keeps what was answered."""
        provider, call = exchange.provider, exchange.call
        if provider is None:
            response.headers["X-Content-Type-Options"] = "nosniff"
        else:
            if exchange.reply.after and not call.is_gone:
                try:
                    response = replied(exchange, provider) or response
                except WorldGone:
                    response = dropped(exchange)
            exchange.request.environ[HEADERS] = provider.headers(call, response.status_code)
        protect(response)
        entry = None
        if not exchange.is_admin and not call.is_gone:
            entry = self._write_down(exchange, response)
            if call.origin is not None:
                call.origin.number = None if entry is None else entry.id
        if self._feed.is_read:
            if exchange.is_admin and _is_told(exchange, response):
                entry = _entry(exchange, response, 0)
            if entry is not None:
                self._feed.tell(exchange.world_name, lambda: entry)
        return response

    def _write_down(self, exchange: Exchange, response: Response) -> Entry | None:
        """Put the request and its answer into the journal, with the hint, if there is one."""
        journal = exchange.world.state.journal
        if not self._hints.concern(exchange, response):
            return journal.record(lambda number: _entry(exchange, response, number))
        made = _entry(exchange, response, 0)
        exchange.hint = self._hints.find(exchange, response, made)
        if exchange.hint is not None:
            response.headers[HINT] = exchange.hint
        return journal.record(lambda number: made._replace(id=number, hint=exchange.hint))

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match a path whatever the host is: `RequestGuard` has looked at that."""
        return None if request is None else _Matcher(self.url_map, request.path, request.method)

    def ensure_sync(self, func: Any) -> Any:
        """No view is a coroutine."""
        return func

    def do_teardown_request(self, *_: Any) -> None:
        """Nothing is opened for a request."""

    def do_teardown_appcontext(self, *_: Any) -> None:
        """Nothing is opened for a request."""


def _is_told(exchange: Exchange, response: Response) -> bool:
    """Whether the log tells of a call that steers: those that only look would fill it.

    A page that is not there is none that it tells of, or following the log would renew that page.
    """
    if exchange.request.method not in ("GET", "HEAD"):
        return True
    return response.status_code >= 400 and exchange.request.blueprints[-1:] != [DASHBOARD]


def _entry(exchange: Exchange, response: Response, number: int) -> Entry:
    """What the journal keeps of a request and its answer."""
    seen, call, provider = exchange.request, exchange.call, exchange.provider
    names = exchange.reply.names or ([call.carried.scenario.name] if call.carried else [])
    environ, cut, step = seen.environ, CUT in seen.environ, exchange.reply.step
    return Entry(
        id=number,
        at=call.now,
        provider=None if provider is None else provider.name,
        method=seen.method,
        path=seen.path,
        query=environ.get("QUERY_STRING", ""),
        headers=tuple([pair for pair in environ.items() if pair[0].startswith(_HEADER_KEYS)]),
        body=exchange.body[:MOST_OF_ONE_BODY],
        status=None if cut else response.status_code,
        response=b"" if cut else response.get_data()[:MOST_OF_ONE_BODY],
        scenario=names[-1] if names else None,
        duration=elapsed() - exchange.started,
        tick=exchange.tick,
        answered="itself" if step is None else step.answered,
    )


def routes_of(app: Flask) -> tuple[tuple[str, str, str], ...]:
    """Every call of every provider's API: (provider, method, path)."""
    return tuple(
        (rule.endpoint.split(".", 1)[0], method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )
