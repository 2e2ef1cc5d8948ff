"""`/_sandbox/openapi`: the documents, and a page to browse them in, which wants no token."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Blueprint, Flask, Response, send_from_directory

from sandbox.engine.reading.validation import listed
from sandbox.http.bodies import json_response
from sandbox.http.current import world_path
from sandbox.http.pages import render
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider
from sandbox.http.request_guard import ADMIN

_PATH = f"/{ADMIN}/openapi"
_FOR_CLIENTS = ".client"
"""At the end of the name of a document for generators of clients."""
_OURS = Path(__file__).parent / "static"
_OF_SWAGGER_UI = {
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # (it sets styles on elements)
    "img-src": "'self' data:",
    "connect-src": "'self'",
}


def openapi(providers: Sequence[Provider], fresh: Callable[[], Flask]) -> Blueprint:
    """The calls that tell of the API.

    Args:
        providers: those that have a document each, beside that of the admin API.
        fresh: what makes a sandbox to call for examples, its clock standing.
    """
    pages = Blueprint("openapi", __name__, url_prefix=_PATH, template_folder="templates")
    pages.register_error_handler(Problem, Problem.response)
    making = Lock()
    names = [*(provider.name for provider in providers), "admin"]
    files = [*names, *(f"{name}{_FOR_CLIENTS}" for name in names)]

    @cache
    def made(name: str) -> Mapping[str, Any]:
        from sandbox.admin.openapi.api import describe  # (a start needs none)
        from sandbox.openapi.document import document
        from sandbox.openapi.for_clients import for_clients

        if name.endswith(_FOR_CLIENTS):
            return for_clients(made(name.removesuffix(_FOR_CLIENTS)))
        asked = fresh()
        with closing(asked.extensions["sandbox.worlds"]):
            return document(describe(name, providers), name, asked)

    @pages.get("/<name>.json")
    def get_document(name: str) -> Response:
        if name not in files:
            known = listed(f"{each}.json" for each in files)
            raise Problem(404, f"there is no document {name}.json; {known}")
        with making:
            document = made(name)
        return json_response({**document, "servers": [{"url": world_path() or "/"}]})

    @pages.get("")
    def show_page() -> Response:
        base = world_path() + _PATH
        documents = [{"url": f"{base}/{name}.json", "name": name.title()} for name in names]
        return render("openapi.html", allowed=_OF_SWAGGER_UI, base=base, documents=documents)

    @pages.get("/<name>")
    def get_asset(name: str) -> Response:
        if any(each.name == name for each in _OURS.iterdir()):  # (it may be too long to look up)
            return send_from_directory(_OURS, name)
        import flask_swagger_ui  # (a start needs none)

        return send_from_directory(Path(flask_swagger_ui.__file__).parent / "dist", name)

    return pages
