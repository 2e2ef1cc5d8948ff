"""What the sandbox is measured against: bare Flask views that answer bytes which are given.

As a program: serves one on a port, on the same server.
"""

import sys

from flask import Flask, Response, request
from waitress.server import create_server

PATH = "/refund"
JSON = "application/json"


def bare_app(got: bytes, made: bytes, content_type: str = JSON) -> Flask:
    """An app with two views: GET one answers `got`; POST reads JSON, and answers `made`."""
    app = Flask(__name__)

    @app.get(f"{PATH}/<refund_id>")
    def get_refund(refund_id: str) -> Response:
        return Response(got, content_type=content_type)

    @app.post(PATH)
    def create_refund() -> Response:
        request.get_json()
        return Response(made, 201, content_type=content_type)

    return app


if __name__ == "__main__":
    app = bare_app(b'{"status": "CREATED"}', b'{"status": "CREATED"}')
    create_server(app, host="127.0.0.1", port=int(sys.argv[1]), threads=32).run()
