"""The way of each request: which world, what is due, what scenarios say, the call, the journal.

Installed once for the whole app, so that no provider's route knows of worlds, scenarios or the
journal.
"""

from collections.abc import Sequence
from typing import cast

from flask import Flask, Request, Response, g, request

from sandbox.engine.journal import MOST_OF_ONE_BODY, Entry
from sandbox.engine.provider.rules import WorldGone
from sandbox.engine.time.clock import elapsed
from sandbox.engine.worlds.registry import DEFAULT, Worlds
from sandbox.engine.worlds.world import World
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.current import CUT, Exchange, may_steer
from sandbox.http.door import ADMIN, Door
from sandbox.http.pages import protect
from sandbox.http.provider import Credentials, Provider
from sandbox.http.refusals import dropped, refused, unclear
from sandbox.http.scenario_replies import before_the_call, replied
from sandbox.http.which_world import Unclear, world_of
from sandbox.http.wsgi import ENTERED, HEADERS, around
from sandbox.settings import Settings

_ADMIN_API = "admin"
"""The outermost blueprint of the calls that steer."""
_HEADER_KEYS = ("HTTP_", "CONTENT_")


def install(app: Flask, worlds: Worlds, providers: Sequence[Provider]) -> None:
    """Send every request of an app this way."""
    by_namespace = {name: provider for provider in providers for name in provider.namespaces}
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    settings: Settings = app.extensions["sandbox.settings"]

    def begin() -> Response | None:
        seen = request._get_current_object()  # type: ignore[attr-defined]
        first = seen.path.split("/", 2)[1]
        provider = by_namespace.get(first)
        world, name, problem = _enter(worlds, seen, provider, settings)
        if first != ADMIN:  # which does so itself
            world.settle()
        exchange = g.exchange = Exchange(seen, world, provider, name)
        if seen.environ.get("CONTENT_LENGTH", "0") != "0":
            exchange.body = seen.get_data()
        if problem is not None:
            return unclear(provider, problem)
        return None if provider is None else before_the_call(exchange, provider)

    def finish(response: Response) -> Response:
        exchange = cast(Exchange, g.exchange)
        provider, call = exchange.provider, exchange.call
        if provider is None:
            response.headers["X-Content-Type-Options"] = "nosniff"
        else:
            if exchange.reply.after and not call.is_gone:
                try:
                    response = replied(exchange, provider) or response
                except WorldGone:  # Flask's error handlers are behind us here
                    response = dropped(exchange)
            exchange.request.environ[HEADERS] = provider.headers(call)
        protect(response)
        if exchange.request.path.split("/", 2)[1] != ADMIN and not call.is_gone:
            exchange.world.state.journal.record(lambda number: _entry(exchange, response, number))
        return response

    app.before_request(begin)
    app.after_request(finish)
    app.register_error_handler(Exception, refused)
    app.wsgi_app = around(app.wsgi_app, worlds, Door(settings))  # type: ignore[method-assign, assignment]


def _enter(
    worlds: Worlds, seen: Request, provider: Provider | None, settings: Settings
) -> tuple[World, str, Unclear | None]:
    """The world that a request is for, the name that it asks by, and why it is for none."""
    credentials = Credentials() if provider is None else provider.credentials(seen, settings)
    problem: Unclear | None = None
    try:
        name = world_of(seen, credentials.worlds)
    except Unclear as error:
        name, problem = error.nearest, error
    is_admitted = credentials.hold and seen.url_rule is not None
    if seen.blueprints[-1:] == [_ADMIN_API]:
        is_admitted = may_steer(seen)
        if not is_admitted:  # it will be refused
            name, problem = DEFAULT, None
    has_bad_name = problem is not None and problem.is_bad_name
    entered = worlds.enter(name, may_make=is_admitted and not has_bad_name)
    seen.environ[ENTERED] = entered
    return entered.world, name, problem


def _entry(exchange: Exchange, response: Response, number: int) -> Entry:
    """What the journal keeps of a request and its answer."""
    seen, call, provider = exchange.request, exchange.call, exchange.provider
    names = exchange.reply.names or ([call.own.scenario.name] if call.own else [])
    environ, cut = seen.environ, CUT in seen.environ
    return Entry(
        id=number,
        at=call.now,
        provider=None if provider is None else provider.name,
        method=seen.method,
        path=seen.path,
        query=environ.get("QUERY_STRING", ""),
        headers=tuple((k, v) for k, v in environ.items() if k.startswith(_HEADER_KEYS)),
        body=exchange.body[:MOST_OF_ONE_BODY],
        status=None if cut else response.status_code,
        response=b"" if cut else response.get_data()[:MOST_OF_ONE_BODY],
        scenario=names[-1] if names else None,
        duration=elapsed() - exchange.started,
    )


def routes_of(app: Flask) -> tuple[tuple[str, str, str], ...]:
    """Every call of every provider's API: (provider, method, path)."""
    return tuple(
        (rule.endpoint.split(".", 1)[0], method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )
