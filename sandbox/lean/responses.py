"""Lean's answers: its errors, the refusals every provider knows, and the headers of them all."""

from collections.abc import Mapping

from flask import Response, request

from sandbox.engine.provider.rules import Call
from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.http.provider import Refusal
from sandbox.lean.errors import LeanError, TokenError, forbidden, invalid, unauthorized

REFUSALS: Mapping[Refusal, LeanError] = {
    "not_found": LeanError(404, "INVALID_URL", "The URL does not exist."),
    "method_not_allowed": LeanError(
        405, "INVALID_HTTP_METHOD", "The HTTP method is not supported for this URL."
    ),
    "unreadable": invalid("body", "over 1048576 bytes, or not readable"),
    "internal_error": LeanError(
        500,
        "INTERNAL_SERVER_ERROR",
        "Something has gone wrong. If you continue to see this error, please get in touch "
        "with Lean.",
    ),
    "unavailable": LeanError(503, "SERVICE_UNAVAILABLE", "The service is unavailable."),
    "rate_limited": LeanError(429, "RATE_LIMIT_EXCEEDED", "Too many requests."),
    "unauthorized": unauthorized(),
    "forbidden": forbidden(),
}


TOKEN = "/oauth2/token"  # noqa: S105 (a path)
_OF_TOKENS: Mapping[Refusal, TokenError] = {
    "unauthorized": TokenError(401, "invalid_client"),
    "unreadable": TokenError(400, "invalid_request"),
}


def answer(error: LeanError) -> Response:
    """An error as an answer."""
    return json_response(error.body(this_call().now), error.http)


def token_answer(error: TokenError) -> Response:
    """An error of the token endpoint as an answer."""
    return json_response({"error": error.error}, error.http)


def refuse(refusal: Refusal, path: str, detail: str = "") -> Response:
    """A refusal that any provider knows, in Lean's words."""
    if path == TOKEN and refusal in _OF_TOKENS:
        return token_answer(_OF_TOKENS[refusal])
    if refusal == "bad_request":
        return answer(LeanError(400, "INVALID_PARAMETERS", detail))
    return answer(REFUSALS[refusal])


_HEADERS = (
    ("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate"),
    ("pragma", "no-cache"),
    ("expires", "0"),
    ("x-content-type-options", "nosniff"),
    ("x-xss-protection", "0"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("vary", "Origin"),
    ("vary", "Access-Control-Request-Method"),
    ("vary", "Access-Control-Request-Headers"),
)
_FRAMES = "frame-ancestors 'self' *.leantech.me leantech.coastdemo.com app.coast.io;"
_OF_CUSTOMERS = (
    *((name, "DENY, DENY" if name == "x-frame-options" else value) for name, value in _HEADERS),
    ("content-security-policy", _FRAMES),
)


def headers(call: Call, status: int) -> list[tuple[str, str]]:
    """The headers that were recorded: on every answer, and on good ones about customers."""
    ids = call.ids
    is_of_customers = request.path.startswith("/customers/") and status < 400
    return [
        ("lean-correlation-id", ids.letters("lean.correlation", 16, mixed=True)),
        ("lean-trace-id", ids.hex("lean.trace", 32)),
        *(_OF_CUSTOMERS if is_of_customers else _HEADERS),
    ]
