"""What all of Lean's routes share: the blueprint, credentials, and reading a body."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, request

from sandbox.http.bodies import Malformed, read_json
from sandbox.http.current import server_settings, this_call
from sandbox.lean import auth
from sandbox.lean.errors import LeanError, TokenError, invalid
from sandbox.lean.responses import answer, token_answer

routes = Blueprint("lean", __name__)
routes.register_error_handler(LeanError, answer)
routes.register_error_handler(TokenError, token_answer)

P = ParamSpec("P")


def wants(scope: str) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Let a call in that has credentials; `scope` is the one it wants."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def admitted(*args: P.args, **kwargs: P.kwargs) -> Response:
            auth.admit(
                this_call(),
                server_settings(),
                request.headers.get("Authorization"),
                request.headers.get("lean-app-token"),
                scope,
            )
            return view(*args, **kwargs)

        admitted.wants = [{"bearer": [scope]}, {"lean-app-token": []}]  # type: ignore[attr-defined]
        return admitted

    return decorate


def body() -> object:
    """The request's JSON.

    Raises:
        LeanError: 400, it is none.
    """
    try:
        return read_json(request.get_data())
    except Malformed as error:
        raise invalid("body", str(error)) from error
