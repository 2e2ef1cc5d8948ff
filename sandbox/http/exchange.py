"""One request's way: world, what is due, scenario, credentials and rule, answer, journal.

Installed once for the whole app, so that no provider's route knows of scenarios' faults,
delays or the journal.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as WrongPath

from sandbox.engine.active_scenarios import Reply
from sandbox.engine.journal import MOST_OF_ONE_BODY, Entry
from sandbox.engine.scenarios.steps import RequestStep, Respond, ScenarioError
from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND
from sandbox.engine.values.json_text import to_json
from sandbox.engine.worlds.call import Call, WorldGone
from sandbox.engine.worlds.registry import DEFAULT, Worlds
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.door import ADMIN, Door
from sandbox.http.pages import protect
from sandbox.http.problems import Problem
from sandbox.http.provider import Credentials, Provider, Refusal
from sandbox.http.which_world import WORLDS, Unclear, take_from_path, world_of
from sandbox.settings import Settings, is_accepted

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

CUT = "sandbox.cut"
"""Set in the WSGI environment when the connection is to be broken off without an answer."""
WAITING = "sandbox.waiting"
"""The WSGI environment has there what lets another thread answer while one waits for receivers."""
HEADER = "Sandbox-Scenario"
_log = logging.getLogger(__name__)


class Exchange:
    """One request on its way through: what came, and what scenarios make of it.

    Attributes:
        world_name: of the world that was asked for, whether or not it is there.
    """

    __slots__ = ("body", "call", "provider", "reply", "request", "started", "world_name")

    def __init__(
        self, seen: Request, call: Call, provider: Provider | None, world_name: str
    ) -> None:
        self.request = seen
        self.world_name = world_name
        self.body = b""
        self.call = call
        self.provider = provider
        self.reply = Reply()
        self.started = elapsed()


def this_call() -> Call:
    """The call that this request is, for a route to hand to a rule."""
    return cast(Exchange, g.exchange).call


def called_at() -> str:
    """The address of the call's world, without a slash at the end."""
    host = request.environ.get("HTTP_HOST") or f"127.0.0.1:{request.environ['SERVER_PORT']}"
    return f"http://{host}{world_path()}"


def waits_for_receivers(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view that may wait for receivers of webhooks, which may call the sandbox meanwhile."""

    @wraps(view)
    def waiting(**values: Any) -> Response:
        with request.environ.get(WAITING, nullcontext)():
            return view(**values)

    return waiting


def server_settings() -> Settings:
    """How the server was started."""
    return cast(Settings, current_app.extensions["sandbox.settings"])


def may_steer(seen: Request) -> bool:
    """Whether a request may call the admin API."""
    token = server_settings().admin_token
    if token is None:
        return True
    kind, _, given = seen.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and is_accepted(given, token)


def world_path() -> str:
    """What stands before each path of the call's world: `/w/<name>`, or nothing."""
    name = cast(Exchange, g.exchange).world_name
    return "" if name == DEFAULT else f"/{WORLDS}/{name}"


def install(app: Flask, worlds: Worlds, providers: Sequence[Provider]) -> None:
    """Send every request of an app this way."""
    by_namespace = {name: provider for provider in providers for name in provider.namespaces}
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    settings: Settings = app.extensions["sandbox.settings"]

    def begin() -> Response | None:
        seen = request._get_current_object()  # type: ignore[attr-defined]
        first = seen.path.split("/", 2)[1]
        provider = by_namespace.get(first)
        credentials = Credentials() if provider is None else provider.credentials(seen, settings)
        unclear: Unclear | None = None
        try:
            name = world_of(seen, credentials.worlds)
        except Unclear as error:
            name, unclear = error.nearest, error
        is_admitted = credentials.hold and seen.url_rule is not None
        if seen.blueprints[-1:] == [_ADMIN_API]:
            is_admitted = may_steer(seen)
            if not is_admitted:  # it will be refused
                name, unclear = DEFAULT, None
        has_bad_name = unclear is not None and unclear.is_bad_name
        standing = worlds.enter(name, may_make=is_admitted and not has_bad_name)
        seen.environ[_ENTERED] = standing
        world = standing.world
        exchange = g.exchange = Exchange(seen, Call(world), provider, name)
        if first != ADMIN:  # which does so itself
            world.settle()
        if seen.environ.get("CONTENT_LENGTH", "0") != "0":
            exchange.body = seen.get_data()
        if unclear is not None:
            return _unclear(provider, str(unclear))
        return None if provider is None else _before_the_route(exchange, provider)

    def finish(response: Response) -> Response:
        exchange: Exchange = g.exchange
        if exchange.provider is not None:
            if exchange.reply.after and not exchange.call.is_gone:
                try:
                    response = _replied(exchange, exchange.provider) or response
                except WorldGone:  # Flask's error handlers are behind us here
                    response = _dropped(exchange)
            exchange.request.environ[_HEADERS] = exchange.provider.headers(exchange.call)
        else:
            response.headers["X-Content-Type-Options"] = "nosniff"
        protect(response)
        if exchange.request.path.split("/", 2)[1] != ADMIN and not exchange.call.is_gone:
            _record(exchange, response)
        return response

    def wrong(error: Exception) -> Response:
        exchange: Exchange = g.exchange
        if isinstance(error, WorldGone):
            return _dropped(exchange)
        provider = exchange.provider
        refusal = _refusal_of(error)
        if provider is None:
            response = _problem_of(refusal, error).response()
        else:
            response = _refuse(provider, refusal)
        if isinstance(error, WrongMethod):
            response.headers["Allow"] = _allowed(error)
        return response

    app.before_request(begin)
    app.after_request(finish)
    app.register_error_handler(Exception, wrong)
    app.wsgi_app = _outermost(app.wsgi_app, worlds, Door(settings))  # type: ignore[method-assign, assignment]


def _unclear(provider: Provider | None, reason: str) -> Response:
    if provider is None:
        return Problem(400, reason).response()
    return _refuse(provider, "bad_request", reason)


def _before_the_route(exchange: Exchange, provider: Provider) -> Response | None:
    """Find out what scenarios make of a request; answer it, if they do so before the call."""
    seen, call = exchange.request, exchange.call
    with call.world.lock:
        scenarios = call.world.scenarios
        if HEADER in seen.headers:
            try:
                call.own = scenarios.for_one_request(seen.headers[HEADER], provider.name)
            except (KeyError, ScenarioError) as error:
                return _refuse(provider, "bad_request", f"{HEADER}: {error.args[0]}")
        is_page = seen.path.split("/", 2)[1] in provider.pages
        exchange.reply = scenarios.reply(provider.name, seen.method, seen.path, is_page, call.own)
    return None if exchange.reply.after else _replied(exchange, provider)


def _dropped(exchange: Exchange) -> Response:
    """No answer at all, for a call whose world is gone."""
    exchange.request.environ[CUT] = True
    return Response()


def _refuse(provider: Provider, refusal: Refusal, detail: str = "") -> Response:
    return provider.refuse(refusal, request.path, detail)


def _refusal_of(error: Exception) -> Refusal:
    if isinstance(error, WrongPath):
        return "not_found"
    if isinstance(error, WrongMethod):
        return "method_not_allowed"
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return "unreadable"
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return "internal_error"


def _problem_of(refusal: Refusal, error: Exception) -> Problem:
    if isinstance(error, WrongMethod):
        return Problem(405, f"{request.path} takes {_allowed(error)}, not {request.method}")
    if refusal == "not_found":
        return Problem(404, f"there is nothing at {request.path}")
    if isinstance(error, RequestEntityTooLarge):
        return Problem(413, f"a body has at most {MOST_BYTES} bytes")
    if isinstance(error, HTTPException) and refusal == "unreadable":
        return Problem(error.code or 400, error.description or "the request can't be read")
    return Problem(500, "the sandbox failed at this; its log says why")


def _allowed(error: WrongMethod) -> str:
    return ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))


def _replied(exchange: Exchange, provider: Provider) -> Response | None:
    """Wait as the scenarios say, then answer as they say, if they do."""
    reply, call = exchange.reply, exchange.call
    if reply.delays:
        _wait(reply)
        call.world.settle()
        with call:  # raises WorldGone after a reset; else its moment is now
            pass
    if reply.step is None:
        return None
    if reply.step.respond is not None:
        return _scripted(reply.step.respond)
    return _fault(provider, reply.step)


def _wait(reply: Reply) -> None:
    """Wait, unless so many do that the admin call which would end it could not be heard."""
    if not _waiting.acquire(blocking=False):
        _log.warning("more than %s answers wait: this one is not delayed", MOST_WAITING)
        return
    try:
        reply.wait()
    finally:
        _waiting.release()


MOST_WAITING = 24
"""Of the server's threads, those that slow answers may keep busy."""
_waiting = threading.BoundedSemaphore(MOST_WAITING)


def _fault(provider: Provider, step: RequestStep) -> Response:
    response = _refuse(provider, cast(Refusal, step.fail))
    if step.retry_after is not None or step.fail in ("unavailable", "rate_limited"):
        after = SECOND if step.retry_after is None else step.retry_after
        response.headers["Retry-After"] = str(-(-after // SECOND))
    return response


def _scripted(respond: Respond) -> Response:
    if respond.cut:
        request.environ[CUT] = True
    if respond.body is None:
        response = Response(b"", respond.status)
        del response.headers["Content-Type"]
    elif isinstance(respond.body, str):
        response = Response(respond.body, respond.status)
    else:
        body = to_json(respond.body)
        response = Response(body, respond.status, content_type="application/json")
    response.headers.update(dict(respond.headers))
    request.environ[_SCRIPTED] = True
    return response


def _record(exchange: Exchange, response: Response) -> None:
    seen, call, provider = exchange.request, exchange.call, exchange.provider
    names = exchange.reply.names or ([call.own.scenario.name] if call.own else [])
    environ, cut = seen.environ, CUT in seen.environ
    call.world.journal.record(
        lambda number: Entry(
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
    )


_ADMIN_API = "admin"
"""The outermost blueprint of the calls that steer."""
_HEADER_KEYS = ("HTTP_", "CONTENT_")
_HEADERS = "sandbox.headers"
_SCRIPTED = "sandbox.scripted"
_ENTERED = "sandbox.entered"


def _outermost(app: "WSGIApplication", worlds: Worlds, door: Door) -> "WSGIApplication":
    """What is done to bare requests and answers.

    What may not come in is refused before anything knows of it. Every path answers with doubled
    slashes, and with one at its end, as without; below `/w/<name>` it is that world's. The headers
    of a provider's own, which are known to be well formed, join without being checked one by one.
    """

    def wsgi(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        def start_with_headers(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            more = environ.get(_HEADERS, ())
            if _SCRIPTED in environ:  # a script's headers come before the provider's own
                said = {name.lower() for name, _ in headers}
                more = [pair for pair in more if pair[0].lower() not in said]
            return start(status, [*headers, *more], exc_info)

        take_from_path(environ)
        path = environ.get("PATH_INFO", "")
        if "//" in path or path.endswith("/"):
            environ["PATH_INFO"] = "/" + "/".join(part for part in path.split("/") if part)
        refusal = door.refusal(environ)
        if refusal is not None:
            return refusal.response()(environ, start)
        try:
            return app(environ, start_with_headers)
        finally:
            if _ENTERED in environ:
                worlds.leave(environ[_ENTERED])

    return wsgi


def routes_of(app: Flask) -> tuple[tuple[str, str, str], ...]:
    """Every call of every provider's API: (provider, method, path)."""
    return tuple(
        (rule.endpoint.split(".", 1)[0], method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )
