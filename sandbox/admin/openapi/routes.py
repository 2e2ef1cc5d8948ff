"""`/_sandbox/openapi`: the documents, and a page to browse them in, which wants no token."""

from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Blueprint, Flask, Response, current_app, send_from_directory

from sandbox.engine.reading.validation import listed
from sandbox.http.bodies import json_response
from sandbox.http.current import world_path
from sandbox.http.pages import render
from sandbox.http.problems import Problem
from sandbox.http.request_guard import ADMIN

if TYPE_CHECKING:
    from sandbox.openapi.description import Description

Describe: TypeAlias = "Callable[[], Description]"
_PATH = f"/{ADMIN}/openapi"
_OURS = Path(__file__).parent / "static"
_OF_SWAGGER_UI = {
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # (it sets styles on elements)
    "img-src": "'self' data:",
    "connect-src": "'self'",
}


def openapi(describe: Mapping[str, Describe], fresh: Callable[[], Flask]) -> Blueprint:
    """The calls that tell of the API.

    Args:
        describe: what makes the description of each part of it, by the name of its blueprint.
        fresh: what makes a sandbox to call for examples, its clock standing.
    """
    pages = Blueprint("openapi", __name__, url_prefix=_PATH, template_folder="templates")
    pages.register_error_handler(Problem, Problem.response)
    making = Lock()

    @cache
    def made(name: str) -> Mapping[str, Any]:
        from sandbox.openapi.document import document, routes_of  # (a start needs none)
        from sandbox.openapi.recorder import Recorder

        asked = fresh()
        with closing(asked.extensions["sandbox.worlds"]):
            said = describe[name]()
            recorder = Recorder(asked, said.credentials)
            return document(said, list(routes_of(current_app, name)), recorder)

    @pages.get("/<name>.json")
    def get_document(name: str) -> Response:
        if name not in describe:
            names = listed(f"{each}.json" for each in describe)
            raise Problem(404, f"there is no document {name}.json; {names}")
        with making:
            document = made(name)
        return json_response({**document, "servers": [{"url": world_path() or "/"}]})

    @pages.get("")
    def show_page() -> Response:
        base = world_path() + _PATH
        documents = [{"url": f"{base}/{name}.json", "name": name.title()} for name in describe]
        return render("openapi.html", allowed=_OF_SWAGGER_UI, base=base, documents=documents)

    @pages.get("/<name>")
    def get_asset(name: str) -> Response:
        if any(each.name == name for each in _OURS.iterdir()):  # (it may be too long to look up)
            return send_from_directory(_OURS, name)
        import flask_swagger_ui  # (a start needs none)

        return send_from_directory(Path(flask_swagger_ui.__file__).parent / "dist", name)

    return pages
