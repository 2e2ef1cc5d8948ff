"""Lean's errors: a status word and a message, in its standard body."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from marshmallow import ValidationError

from sandbox.engine.reading.validation import first_problem
from sandbox.engine.values.instants import Instant
from sandbox.lean.wire import timestamp


class LeanError(Exception):
    """An error as Lean answers it.

    Attributes:
        field: the key of the value that is wrong, if just one is.
        granular: the word of an error that has a `granular_status_code` besides.
    """

    def __init__(
        self, http: int, status: str, message: str, path: str = "", granular: str | None = None
    ) -> None:
        super().__init__(f"{http} {status}: {message}")
        self.granular = granular
        self.http = http
        self.status = status
        self.message = message
        self.field = path.rpartition("->")[2]

    def body(self, now: Instant) -> dict[str, object]:
        """Key order as recorded."""
        more = {} if self.granular is None else {"granular_status_code": self.granular}
        return {
            "timestamp": timestamp(now),
            "status": self.status,
            "message": self.message,
            "metadata": None,
            **more,
        }


def brief(body: Mapping[str, Any]) -> str | None:
    """What an error says of this one call: not what Lean says of all of its kind before."""
    said = body.get("message", body.get("error"))
    return _OPENING.sub("", said) if isinstance(said, str) else None


_OPENING = re.compile(r"Operation Not Allowed, |The request is badly formatted [^,]*, ")


class TokenError(Exception):
    """An error of the token endpoint, RFC 6749 section 5.2."""

    def __init__(self, http: int, error: str) -> None:
        super().__init__(f"{http} {error}")
        self.http = http
        self.error = error


def invalid(field: str, value: object) -> LeanError:
    """A value that is wrong in itself; the message is recorded."""
    return LeanError(
        400,
        "INVALID_PARAMETERS",
        "The request is badly formatted or a parameter of the wrong type has been provided, "
        f"field: {field}, value: {_shown(value)}",
        path=field,
    )


def missing(field: str) -> LeanError:
    """A required value that is not there."""
    message = f"A required parameter is missing, field: {field}"
    return LeanError(400, "MISSING_PARAMETERS", message, path=field)


def not_allowed(what: str) -> LeanError:
    """Something that the account or the document does not allow."""
    return LeanError(403, "OPERATION_NOT_ALLOWED", f"Operation Not Allowed, {what}")


def unknown(kind: str, doc_id: str, key: str = "id") -> LeanError:
    """A document that there is none of: `unknown("refund", id)` is UNKNOWN_REFUND."""
    status = f"UNKNOWN_{kind.upper().replace(' ', '_')}"
    return LeanError(404, status, f"There is no {kind} with the {key} {_shown(doc_id)}")


def from_validation(error: ValidationError, raw: object) -> LeanError:
    """What marshmallow found first, as Lean says it."""
    path, reason = first_problem(error.messages)
    field = "->".join(f"[{part}]" if isinstance(part, int) else part for part in path)
    if reason.startswith("Missing data"):
        return missing(field)
    value: Any = raw
    for part in path:
        value = value[part]
    if value is None and isinstance(path[-1], str):
        return missing(field)
    return invalid(field or "body", value)


def _shown(value: object) -> str:
    if not isinstance(value, str | Decimal):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    text = str(value)
    return text if len(text) <= 100 else text[:99] + "…"


def bad_value(status: str, message: str, field: str, value: object) -> LeanError:
    """A value that a rule forbids, in that rule's own word."""
    said = f"{message}, field: {field}, value: {_shown(value)}"
    return LeanError(400, status, said, path=field)


def consent_state(http: int, why: str) -> LeanError:
    """The state of a consent does not allow it; the word is observed."""
    word = "INVALID_CONSENT_STATE"
    return LeanError(http, word, f"The consent {why}", granular=word)


bad_amount = partial(bad_value, "INVALID_AMOUNT")

unauthorized = partial(
    LeanError, 401, "UNAUTHORIZED", "The credentials are missing, invalid or expired."
)
forbidden = partial(
    LeanError,
    403,
    "INSUFFICIENT_ACCESS_LEVEL",
    "The access token lacks the scope that this call wants.",
)
customer_exists = partial(  # recorded
    LeanError,
    409,
    "CUSTOMER_ALREADY_EXISTS",
    "A customer already exists for the app_user_id you have provided.",
)
total_exceeded = partial(
    LeanError,
    400,
    "INVALID_AMOUNT",
    "The total refund amount cannot exceed the original payment",
    path="amount",
)
duplicated_request = partial(
    LeanError,
    409,
    "DUPLICATED_REQUEST",
    "The idempotency-key has been used for a request with another body.",
)
