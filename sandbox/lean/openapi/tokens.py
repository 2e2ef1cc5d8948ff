"""`/oauth2`."""

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.lean.auth import LONGEST_CLIENT
from sandbox.openapi.description import FORM, Answer, Operation, const, record


class TokenRequest(Lenient):
    """The form of `POST /oauth2/token`."""

    client_id = fields.String(required=True, validate=validate.Length(1, LONGEST_CLIENT))
    client_secret = fields.String(required=True, validate=validate.Length(1))
    grant_type = fields.String(required=True, validate=validate.Equal("client_credentials"))
    scope = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^(api|customer\.[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$"
        ),
        metadata={"description": "`api`, or `customer.` and a customer's id."},
    )


class Token(Shape):
    """An access token: a JWT, RS256."""

    access_token = fields.String()
    scope = fields.String()
    token_type = fields.Constant("Bearer")
    expires_in = fields.Integer(metadata={"description": "Seconds."})


class TokenFailure(Shape):
    """An error of the token call (RFC 6749)."""

    error = word(["unsupported_grant_type", "invalid_scope", "invalid_request"])


OPERATIONS = {
    "create_token": Operation(
        "Get an access token",
        [
            Answer(Token, varies=True),
            Answer(
                TokenFailure, 400, about="unsupported_grant_type, invalid_scope, invalid_request"
            ),
            Answer(record(error=const("invalid_client")), 401, about="invalid_client"),
        ],
        {
            "client_id": "sandbox",
            "client_secret": "secret",
            "grant_type": "client_credentials",
            "scope": "api",
        },
        takes=TokenRequest,
        media=[FORM],
        about="Any client is accepted, unless the server was started with one. The token lives for "
        "an hour of the machine's time.",
    )
}
