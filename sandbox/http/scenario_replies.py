"""What scenarios make of a request: it waits, or is answered by them before or after the call."""

import logging
import threading
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import cast

from flask import Response, request

from sandbox.engine.active_scenarios import Reply
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.scenarios.steps import RequestStep, Respond, ScenarioError
from sandbox.engine.values.instants import SECOND, Duration
from sandbox.engine.values.json_text import to_json
from sandbox.engine.webhooks.attempts import wait_for
from sandbox.engine.worlds.world import World
from sandbox.http.current import CUT, WAITING, Exchange
from sandbox.http.provider import Provider, Refusal

HEADER = "Sandbox-Scenario"
"""Names a scenario for one request."""
SCRIPTED = "sandbox.scripted"
"""Set in the WSGI environment when a scenario gave the answer."""
MOST_WAITING = 24
"""Of the server's threads, those that slow answers may keep busy."""
_waiting = threading.BoundedSemaphore(MOST_WAITING)
_log = logging.getLogger(__name__)


def before_the_call(exchange: Exchange, provider: Provider) -> Response | None:
    """Find out what scenarios make of a request; answer it, if they do so before the call."""
    seen, call, world = exchange.request, exchange.call, exchange.world
    with world.lock:
        scenarios = world.state.scenarios
        if HEADER in seen.headers:
            try:
                call.carried = scenarios.for_one_request(seen.headers[HEADER], provider.name)
            except (KeyError, ScenarioError) as error:
                reason = f"{HEADER}: {error.args[0]}"
                return provider.refuse("bad_request", seen.path, reason)
        if not scenarios.any_on(call.carried):
            return None
        is_page = seen.path.split("/", 2)[1] in provider.pages
        exchange.reply = scenarios.reply(
            provider.name,
            seen.method,
            seen.path,
            is_page,
            call.carried,
            may_advance=not world.is_advancing,
        )
        advance = _beginning(world, exchange.reply.advance)
    if advance is not None:
        with request.environ.get(WAITING, nullcontext)(), suppress(Conflict):
            advance()
        with call:  # raises WorldGone after a reset; else its moment is now
            pass
    return None if exchange.reply.after else replied(exchange, provider)


def _beginning(world: World, by: Duration) -> Callable[[], object] | None:
    """Begin to move the clock; None: it stays. So it does at its end, in the year 9000."""
    if not by:
        return None
    try:
        return world.begin_advance(by=by)
    except Conflict:
        return None


def replied(exchange: Exchange, provider: Provider) -> Response | None:
    """Wait as the scenarios say, then answer as they say, if they do."""
    reply, call = exchange.reply, exchange.call
    if reply.delays:
        exchange.caused.begin(at_once=True)  # it is the answer that is late
        _wait(reply)
        exchange.world.process_due()
        with call:  # raises WorldGone after a reset; else its moment is now
            pass
    if reply.step is None:
        return None
    if reply.step.respond is not None:
        is_own = reply.step.respond.status is None
        return None if is_own else _scripted(reply.step.respond)
    return _fault(provider, reply.step)


def await_webhooks(exchange: Exchange) -> None:
    """Wait for the webhooks that scenarios want to come before the answer."""
    if exchange.caused.awaited:
        with exchange.request.environ.get(WAITING, nullcontext)():
            wait_for(exchange.caused.awaited)


def _wait(reply: Reply) -> None:
    """Wait in real time, or until the scenarios are switched off.

    Not where so many wait that the admin call which would end it could not be heard.
    """
    if not _waiting.acquire(blocking=False):
        _log.warning("more than %s answers wait: this one is not delayed", MOST_WAITING)
        return
    try:
        with request.environ.get(WAITING, nullcontext)():
            for over, seconds in reply.delays:
                over.wait(seconds)
    finally:
        _waiting.release()


def _fault(provider: Provider, step: RequestStep) -> Response:
    response = provider.refuse(cast(Refusal, step.fail), request.path)
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
    request.environ[SCRIPTED] = True
    return response
