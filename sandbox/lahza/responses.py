"""Lahza's answers: its envelope, its errors, and the refusals every provider knows."""

from collections.abc import Mapping
from functools import cache

from flask import Response, request

from sandbox.engine.values.json_text import to_json
from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.http.provider import Refusal
from sandbox.lahza.errors import LahzaError, invalid, malformed, unauthorized
from sandbox.lahza.settings import settings_of

REFUSALS: Mapping[Refusal, LahzaError] = {
    "not_found": LahzaError(404, "Not found", "not_found"),
    "method_not_allowed": LahzaError(405, "Method not allowed", "method_not_allowed"),
    "unreadable": malformed(),
    "internal_error": LahzaError(500, "Internal server error", "server_error", "api_error"),
    "unavailable": LahzaError(503, "Service unavailable", "unavailable", "api_error"),
    "rate_limited": LahzaError(429, "Too many requests", "rate_limited", "api_error"),
    "forbidden": LahzaError(403, "Forbidden", "forbidden", "api_error"),
}


def success(message: str, data: object, **more: object) -> Response:
    """A success in the envelope."""
    return json_response({"status": True, "message": message, "data": data, **more})


def rendered(message: str, data: bytes) -> Response:
    """A success in the envelope, whose data are JSON already."""
    return json_response(_envelope(message) + data + b"}")


@cache
def _envelope(message: str) -> bytes:
    """What stands before the data."""
    return to_json({"status": True, "message": message})[:-1] + b',"data":'


def answer(error: LahzaError) -> Response:
    """An error in the envelope."""
    return json_response(error.body(settings_of(this_call()).error_details), error.http)


def refuse(refusal: Refusal, path: str, detail: str = "") -> Response:
    """A refusal that any provider knows, in Lahza's words."""
    if refusal == "unauthorized":
        return answer(unauthorized(header="Authorization" in request.headers))
    if refusal == "bad_request":
        return answer(invalid(detail))
    return answer(REFUSALS[refusal])


def headers(*_: object) -> tuple[tuple[str, str], ...]:
    """One that stops browsers from guessing; nobody has recorded those of Lahza's own answers."""
    return (("X-Content-Type-Options", "nosniff"),)
