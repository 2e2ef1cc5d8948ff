"""What went wrong with a call, in the words of the provider whose path it is, or as a problem."""

import logging

from flask import Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as WrongPath

from sandbox.engine.provider.rules import NotKept, WorldGone
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.current import CUT, Exchange, answering
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider, Refusal
from sandbox.http.world_names import Unclear

_log = logging.getLogger(__name__)


def refused(error: Exception) -> Response:
    """The answer to a request that could not be answered otherwise."""
    exchange = answering.get()
    if isinstance(error, WorldGone):
        return dropped(exchange)
    refusal = _refusal_of(error)
    if exchange.provider is None:
        response = _problem_of(refusal, error).response()
    else:
        response = exchange.provider.refuse(refusal, request.path)
    if isinstance(error, WrongMethod):
        response.headers["Allow"] = _allowed(error)
    return response


def dropped(exchange: Exchange) -> Response:
    """No answer at all, for a call whose world is gone."""
    exchange.request.environ[CUT] = True
    return Response()


def unclear(provider: Provider | None, error: Unclear) -> Response:
    """The answer where no world can be meant."""
    if provider is None:
        return Problem(400, str(error)).response()
    return provider.refuse("bad_request", request.path, str(error))


def unread(provider: Provider | None, reason: str) -> Response:
    """The answer where a body can't be read as its headers say."""
    if provider is None:
        return Problem(415, reason).response()
    return provider.refuse("bad_request", request.path, reason)


def _refusal_of(error: Exception) -> Refusal:
    if isinstance(error, WrongPath):
        return "not_found"
    if isinstance(error, WrongMethod):
        return "method_not_allowed"
    if isinstance(error, HTTPException) and (error.code or 500) < 500:
        return "unreadable"
    if isinstance(error, NotKept):  # the log tells of it already
        return "internal_error"
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
    if isinstance(error, NotKept):
        return Problem(500, f"nothing has changed: {error}")
    return Problem(500, "the sandbox failed at this; its log says why")


def _allowed(error: WrongMethod) -> str:
    return ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))
