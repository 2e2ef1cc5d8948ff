"""One request's way: world, what is due, scenario, credentials and rule, answer, journal.

Installed once for the whole app, so that no provider's route knows of scenarios' faults,
delays or the journal.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as WrongPath

from sandbox.engine.call import Call
from sandbox.engine.clock import elapsed
from sandbox.engine.instants import SECOND
from sandbox.engine.journal import MOST_OF_ONE_BODY, Entry
from sandbox.engine.scenarios.active import Activation, Reply
from sandbox.engine.scenarios.script import RequestStep, Respond, ScenarioError
from sandbox.engine.world import World
from sandbox.http.bodies import MOST_BYTES, to_json
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider, Refusal
from sandbox.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

ADMIN = "_sandbox"
CUT = "sandbox.cut"
"""Set in the WSGI environment when the connection is to be broken off without an answer."""
HEADER = "Sandbox-Scenario"
_log = logging.getLogger(__name__)


class Exchange:
    """One request on its way through: what came, and what scenarios make of it."""

    __slots__ = ("call", "provider", "reply", "started")

    def __init__(self, call: Call, provider: Provider | None) -> None:
        self.call = call
        self.provider = provider
        self.reply = Reply()
        self.started = elapsed()


def this_call() -> Call:
    """The call that this request is, for a route to hand to a rule."""
    return cast(Exchange, g.exchange).call


def server_settings() -> Settings:
    """How the server was started."""
    return cast(Settings, current_app.extensions["sandbox.settings"])


def install(app: Flask, world: World, providers: Sequence[Provider]) -> None:
    """Send every request of an app this way."""
    by_namespace = {name: provider for provider in providers for name in provider.namespaces}
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES

    def begin() -> Response | None:
        first = request.path.split("/", 2)[1]
        provider = by_namespace.get(first)
        exchange = g.exchange = Exchange(Call(world), provider)
        world.settle()
        if provider is None:
            return None
        if HEADER in request.headers:
            try:
                exchange.call.own = _own_scenario(world, provider)
            except (KeyError, ScenarioError) as error:
                return _refuse(provider, "bad_scenario", str(error.args[0]))
        with world.lock:
            exchange.reply = world.scenarios.reply(
                provider.name, request.method, request.path, exchange.call.own
            )
        if exchange.reply.after:
            return None
        return _replied(exchange)

    def finish(response: Response) -> Response:
        exchange: Exchange | None = g.get("exchange")
        if exchange is None:
            return response
        if exchange.reply.after:
            response = _replied(exchange) or response
        if exchange.provider is not None:
            exchange.provider.finish(response)
        if request.path.split("/", 2)[1] != ADMIN:
            _record(world, exchange, response)
        return response

    def wrong(error: Exception) -> Response:
        exchange: Exchange = g.exchange
        provider = exchange.provider
        refusal = _refusal_of(error)
        if provider is None:
            return _problem_of(refusal, error).response()
        response = _refuse(provider, refusal)
        if isinstance(error, WrongMethod) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    app.before_request(begin)
    app.after_request(finish)
    app.register_error_handler(Exception, wrong)
    app.wsgi_app = plain_paths(app.wsgi_app)  # type: ignore[method-assign, assignment]


def _own_scenario(world: World, provider: Provider) -> Activation:
    with world.lock:
        return world.scenarios.for_one_request(request.headers[HEADER], provider.name)


def _refuse(provider: Provider, refusal: Refusal, detail: str = "") -> Response:
    return provider.refuse(refusal, request.path, detail)


def _refusal_of(error: Exception) -> Refusal:
    if isinstance(error, WrongPath):
        return "not_found"
    if isinstance(error, WrongMethod):
        return "method_not_allowed"
    if isinstance(error, RequestEntityTooLarge):
        return "too_large"
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    return "internal_error"


def _problem_of(refusal: Refusal, error: Exception) -> Problem:
    if isinstance(error, WrongMethod):
        valid = ", ".join(sorted(error.valid_methods or ()))
        return Problem(405, f"{request.path} takes {valid}, not {request.method}")
    if refusal == "not_found":
        return Problem(404, f"there is nothing at {request.path}")
    if refusal == "too_large":
        return Problem(413, f"a body has at most {MOST_BYTES} bytes")
    status = error.code if isinstance(error, HTTPException) and error.code else 500
    return Problem(status, "the sandbox failed at this; its log says why")


def _replied(exchange: Exchange) -> Response | None:
    """Wait as the scenarios say, then answer as they say, if they do."""
    exchange.reply.wait()
    step = exchange.reply.step
    if step is None:
        return None
    if step.respond is not None:
        return _scripted(step.respond)
    return _fault(cast(Provider, exchange.provider), step)


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
    return response


def _record(world: World, exchange: Exchange, response: Response) -> None:
    reply, call = exchange.reply, exchange.call
    name = reply.names[-1] if reply.names else None
    if name is None and call.own is not None:
        name = call.own.scenario.name
    length = request.content_length or 0
    body = request.get_data()[:MOST_OF_ONE_BODY] if length <= MOST_BYTES else b""
    world.journal.record(
        lambda number: Entry(
            id=number,
            at=call.now,
            provider=None if exchange.provider is None else exchange.provider.name,
            method=request.method,
            path=request.path,
            query=request.query_string.decode("latin-1"),
            headers=tuple(request.headers.items()),
            body=body,
            status=None if CUT in request.environ else response.status_code,
            response=b"" if CUT in request.environ else response.get_data()[:MOST_OF_ONE_BODY],
            scenario=name,
            duration=elapsed() - exchange.started,
        )
    )


def plain_paths(app: "WSGIApplication") -> "WSGIApplication":
    """Let every path answer with doubled slashes, and with one at its end, as without."""

    def wsgi(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if "//" in path or path.endswith("/"):
            environ["PATH_INFO"] = "/" + "/".join(part for part in path.split("/") if part)
        return app(environ, start)

    return wsgi


def routes_of(app: Flask) -> tuple[tuple[str, str, str], ...]:
    """Every call of every provider's API: (provider, method, path)."""
    return tuple(
        (rule.endpoint.split(".", 1)[0], method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )
