"""What all of Lean's routes share: the blueprint, credentials, ids, and reading a body."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, request

from sandbox.http.bodies import Malformed, read_json
from sandbox.http.current import answering
from sandbox.lean import auth
from sandbox.lean.errors import LeanError, TokenError, invalid
from sandbox.lean.responses import answer, token_answer
from sandbox.lean.schemas.common import parsed
from sandbox.lean.wire import to_uuid

routes = Blueprint("lean", __name__, template_folder="../templates")
routes.register_error_handler(LeanError, answer)
routes.register_error_handler(TokenError, token_answer)

NAME = "app_user_id"
"""The one part of paths that is no UUID: a customer's name in the merchant's app."""


def wants(scope: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Let a call in that has credentials, and read the UUIDs of its path.

    Args:
        scope: the one it wants.
    """

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def admitted(**parts: str) -> Response:
            exchange = answering.get()
            seen = exchange.request
            auth.admit(
                exchange.call,
                exchange.settings,
                seen.headers.get("Authorization"),
                seen.headers.get("lean-app-token"),
                scope,
                {"method": seen.method, "path": seen.path},
            )
            return view(**{k: v if k == NAME else parsed(to_uuid, k, v) for k, v in parts.items()})

        admitted.wants = [{"bearer": [scope]}, {"lean-app-token": []}]  # type: ignore[attr-defined]
        return admitted

    return decorate


def body() -> object:
    """The request's JSON.

    Raises:
        LeanError: 400, it is none, or there is no body.
    """
    raw = request.get_data()
    if not raw:
        raise invalid("body", None)
    try:
        return read_json(raw)
    except Malformed as error:
        raise invalid("body", str(error)) from error
