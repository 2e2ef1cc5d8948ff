"""`/_sandbox/openapi`: the documents, and a page to browse them in, which wants no token."""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from string import Template
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory

from sandbox.engine.explain import listed
from sandbox.http.bodies import json_response
from sandbox.http.exchange import ADMIN, world_path
from sandbox.http.problems import Problem

if TYPE_CHECKING:
    from sandbox.openapi.description import Description

Describe: TypeAlias = "Callable[[], Description]"
_PATH = f"/{ADMIN}/openapi"
_PAGE = Path(__file__).parent / "page.html"


def _base() -> str:
    """What stands before each path: that of the world that was asked for, even without a token."""
    return request.script_root or world_path()


def openapi(describe: Mapping[str, Describe], fresh: Callable[[], Flask]) -> Blueprint:
    """The calls that tell of the API.

    Args:
        describe: what makes the description of each part of it, by the name of its blueprint.
        fresh: what makes a sandbox to call for examples, its clock standing.
    """
    pages = Blueprint("openapi", __name__, url_prefix=_PATH)
    pages.register_error_handler(Problem, Problem.response)
    making = Lock()

    @cache
    def made(name: str) -> Mapping[str, Any]:
        from sandbox.openapi.document import document, routes_of  # (a start needs none)
        from sandbox.openapi.recorder import Recorder

        asked = fresh()
        with closing(asked.extensions["sandbox.worlds"]):
            return document(describe[name](), routes_of(current_app, name), Recorder(asked))

    @pages.get("/<name>.json")
    def get_document(name: str) -> Response:
        if name not in describe:
            names = listed(f"{each}.json" for each in describe)
            raise Problem(404, f"there is no document {name}.json; {names}")
        with making:
            document = made(name)
        return json_response({**document, "servers": [{"url": _base() or "/"}]})

    @pages.get("")
    def show_page() -> Response:
        base = _base() + _PATH
        documents = [{"url": f"{base}/{name}.json", "name": name.title()} for name in describe]
        page = Template(_PAGE.read_text("utf-8"))
        html = page.substitute(base=base, documents=json.dumps(documents))
        return Response(html, content_type="text/html; charset=utf-8")

    @pages.get("/<name>")
    def get_asset(name: str) -> Response:
        import flask_swagger_ui

        return send_from_directory(Path(flask_swagger_ui.__file__).parent / "dist", name)

    return pages
