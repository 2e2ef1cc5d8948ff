"""What all of Lahza's routes share: the blueprint, credentials, and reading fields and filters."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import Blueprint, Response, request

from sandbox.http.bodies import Malformed, read_object
from sandbox.http.current import server_settings, this_call
from sandbox.lahza import auth
from sandbox.lahza.errors import LahzaError, malformed
from sandbox.lahza.responses import answer
from sandbox.lahza.settings import settings_of

routes = Blueprint("lahza", __name__, template_folder="../templates")
routes.register_error_handler(LahzaError, answer)

P = ParamSpec("P")


def with_access(view: Callable[Concatenate[auth.Access, P], Response]) -> Callable[P, Response]:
    """Let a call in that has a key, and hand it what the key opens."""

    @wraps(view)
    def admitted(*args: P.args, **kwargs: P.kwargs) -> Response:
        access = auth.admit(server_settings(), request.headers.get("Authorization"))
        return view(access, *args, **kwargs)

    admitted.wants = [{"key": []}]  # type: ignore[attr-defined]
    return admitted


def body() -> dict[str, Any]:
    """The request's fields, from JSON or a form.

    Raises:
        LahzaError: 400, it is neither.
    """
    try:
        return read_object(request)
    except Malformed as error:
        raise malformed() from error


def filters() -> dict[str, Any]:
    """Filters from the query, else from a JSON body on GET, as some clients send them.

    Raises:
        LahzaError: 400, a body that is read is no object.
    """
    query = request.args.to_dict()
    fields = body() if settings_of(this_call()).get_body == "filters" else {}
    if not query.keys().isdisjoint(_ALIASES):
        fields = {name: value for name, value in fields.items() if name not in _ALIASES}
    return {**fields, **query}


_ALIASES = {"reference", "transaction"}
