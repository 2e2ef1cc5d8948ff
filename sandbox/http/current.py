"""The request that is being answered: its call, its world, and how the server was started."""

from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from flask import Request, Response, request

from sandbox.engine.active_scenarios import NO_REPLY, Reply
from sandbox.engine.provider.rules import Call
from sandbox.engine.time.clock import elapsed, tick
from sandbox.engine.values.instants import Duration
from sandbox.engine.webhooks.attempts import Caused
from sandbox.engine.worlds.world import World
from sandbox.http.provider import Provider
from sandbox.http.world_names import Unclear, path_of
from sandbox.settings import Settings, is_accepted

CUT = "sandbox.cut"
"""Set in the WSGI environment when the connection is to be broken off without an answer."""
CAUSED = "sandbox.caused"
"""In the WSGI environment: the webhooks that go out once the request has been answered."""
AFTER_ANSWER = "sandbox.after_answer"
"""The WSGI environment may have there what takes a function, and calls it when the answer has been
handed to the socket; else an answer is out when the application has returned it."""
UNREAD = "sandbox.unread"
"""In the WSGI environment: why a body can't be read, where its Content-Encoding is at fault."""
WAITING = "sandbox.waiting"
"""The WSGI environment has there what lets another thread answer while one waits."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request on its way through: what came, and what scenarios make of it.

    Attributes:
        world_name: of the world that was asked for, whether or not it is there.
        is_admin: whether it is for the admin API.
        problem: why no world can be meant, if that is so.
        caused: the webhooks that it brings about.
        settings: how the server was started.
        failed: why the world can't be made, if that is so.
        hint: what the sandbox says beside the answer, if anything.
        tick: its place among all that happens.
    """

    request: Request
    world: World
    call: Call
    provider: Provider | None
    world_name: str
    is_admin: bool
    problem: Unclear | None
    settings: Settings
    started: Duration = field(default_factory=elapsed)
    failed: Exception | None = None
    body: bytes = b""
    reply: Reply = NO_REPLY
    caused: Caused = field(default_factory=Caused)
    hint: str | None = None
    tick: int = field(default_factory=tick)


answering: ContextVar[Exchange] = ContextVar("sandbox.exchange")
"""The request that this thread answers."""


def this_call() -> Call:
    """The call that this request is, for a route to hand to a rule."""
    return answering.get().call


def this_world() -> World:
    """The world that this request is for."""
    return answering.get().world


def server_settings() -> Settings:
    """How the server was started."""
    return answering.get().settings


def called_at() -> str:
    """The address of the call's world, without a slash at the end."""
    host = request.environ.get("HTTP_HOST") or f"127.0.0.1:{request.environ['SERVER_PORT']}"
    return f"http://{host}{world_path()}"


def base_url() -> str:
    """Where browsers reach the call's world, without a slash at the end."""
    public_url = server_settings().public_url
    return called_at() if public_url is None else public_url + world_path()


def waits_for_receivers(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view that may wait for receivers of webhooks, which may call the sandbox meanwhile."""

    @wraps(view)
    def waiting(**values: Any) -> Response:
        with request.environ.get(WAITING, nullcontext)():
            return view(**values)

    return waiting


def may_steer(seen: Request, settings: Settings) -> bool:
    """Whether a request may call the admin API."""
    token = settings.admin_token
    if token is None:
        return True
    kind, _, given = seen.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and is_accepted(given, token)


def world_path() -> str:
    """What stands before each path of the call's world: `/w/<name>`, or nothing."""
    return path_of(answering.get().world_name)
