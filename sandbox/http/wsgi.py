"""What is done to bare requests and answers, around the Flask application."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sandbox.engine.webhooks.attempts import Caused
from sandbox.engine.worlds.registry import Worlds
from sandbox.http.current import AFTER_ANSWER, CAUSED
from sandbox.http.request_guard import RequestGuard
from sandbox.http.scenario_replies import SCRIPTED
from sandbox.http.world_names import take_from_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

HEADERS = "sandbox.headers"
"""In the WSGI environment: the headers of a provider's own."""
ENTERED = "sandbox.entered"
"""In the WSGI environment: the world that the request has entered, and leaves at its end."""


def around(app: "WSGIApplication", worlds: Worlds, guard: RequestGuard) -> "WSGIApplication":
    """What is done to bare requests and answers.

    What may not come in is refused before anything knows of it. Every path answers with doubled
    slashes, and with one at its end, as without; below `/w/<name>` it is that world's. The headers
    of a provider's own, which are known to be well formed, join without being checked one by one.
    When the answer has gone out, the webhooks follow that it caused.
    """

    def wsgi(environ: dict[str, Any], start: "StartResponse") -> Iterable[bytes]:
        def start_with_headers(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            more = environ.get(HEADERS, ())
            if SCRIPTED in environ:  # a script's headers come before the provider's own
                said = {name.lower() for name, _ in headers}
                more = [pair for pair in more if pair[0].lower() not in said]
            return start(status, [*headers, *more], exc_info)

        take_from_path(environ)
        path = environ.get("PATH_INFO", "")
        if "//" in path or path.endswith("/"):
            environ["PATH_INFO"] = "/" + "/".join(part for part in path.split("/") if part)
        refusal = guard.refusal(environ)
        if refusal is not None:
            return refusal.response()(environ, start)
        if "HTTP_CONTENT_ENCODING" in environ:
            from sandbox.http.encodings import decode  # (few clients compress)

            decode(environ)
        try:
            return app(environ, start_with_headers)
        finally:
            if ENTERED in environ:
                worlds.leave(environ[ENTERED])
            if CAUSED in environ:
                caused: Caused = environ[CAUSED]
                caused.begin()
                if AFTER_ANSWER in environ:
                    environ[AFTER_ANSWER](caused.answered)
                else:
                    caused.answered()

    return wsgi
