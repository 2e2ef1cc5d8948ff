"""RFC 9457 problem documents: the errors of the admin API, and of paths in nobody's namespace."""

from http import HTTPStatus

from flask import Response
from marshmallow import Schema, ValidationError

from sandbox.engine.reading.validation import dotted, explain
from sandbox.engine.values.json_text import to_json

PROBLEM = "application/problem+json"


class Problem(Exception):
    """An error of the admin API's, ready to be answered.

    Attributes:
        field: the key at fault, as `script[0].become`, if one is.
    """

    def __init__(self, status: int, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.field = field

    def document(self) -> dict[str, object]:
        """What is answered."""
        document: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": f"{self.field}: {self.reason}" if self.field else self.reason,
        }
        if self.field is not None:
            document |= {"field": self.field, "reason": self.reason}
        return document

    def response(self) -> Response:
        """The answer."""
        response = Response(to_json(self.document()), self.status, content_type=PROBLEM)
        response.headers["X-Content-Type-Options"] = "nosniff"
        if self.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


def bad_value(error: ValidationError, schema: Schema) -> Problem:
    """The problem that marshmallow found."""
    path, reason = explain(error, schema)
    return Problem(400, reason, dotted(path) or None)
