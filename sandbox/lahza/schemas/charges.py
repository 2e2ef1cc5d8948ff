"""Charges on the wire: what begins a transaction."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate

from sandbox.engine.reading.fields import Lenient, Shape
from sandbox.engine.store.collections import Document
from sandbox.engine.values.json_text import to_json
from sandbox.http.addresses import is_address
from sandbox.http.bodies import Malformed, read_json
from sandbox.lahza.schemas import common
from sandbox.lahza.wire import LEGAL, MOST_AMOUNT, Amount

LONGEST_REFERENCE = 200
_ALIASES = {"ref": "reference", "firstName": "first_name", "lastName": "last_name"}
_BAD_REFERENCE = "Invalid character in transaction reference"
_BAD_EMAIL = "Invalid Email Address Passed"
_BAD_CALLBACK = "callback_url must be a valid URL"


class _Word(fields.Field[str]):
    """An optional text, or a whole number as one."""

    openapi: ClassVar[Mapping[str, Any]] = {"type": ["string", "integer"]}

    def __init__(self, message: str) -> None:
        super().__init__(load_default=None)
        self._message = message

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError(self._message)
        return str(value)


class _Reference(_Word):
    openapi: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "integer"],
        "pattern": "^[A-Za-z0-9.=-]*$",
        "maxLength": LONGEST_REFERENCE,
        "description": "Also as `ref`.",
    }

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        reference = super()._deserialize(value)
        if not LEGAL.issuperset(reference):
            raise ValidationError(_BAD_REFERENCE)
        if len(reference) > LONGEST_REFERENCE:
            raise ValidationError("Transaction reference is too long")
        return reference


class _Metadata(fields.Field[Any]):
    """An object, or its JSON as a text; any other text is kept as it came."""

    openapi: ClassVar[Mapping[str, Any]] = {"type": ["object", "string"]}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, str):
            read = _read(value)
            return json.loads(to_json(read)) if isinstance(read, dict) else value
        if isinstance(value, dict):
            return json.loads(to_json(value))
        raise ValidationError("metadata must be an object or a string")


def _read(text: str) -> Any:
    try:
        return read_json(text.encode())
    except Malformed:
        return None


def _require_address(text: str) -> None:
    if not is_address(text):
        raise ValidationError(_BAD_CALLBACK)


class _Charge(Lenient):
    """What every charge is made of. What is not known here is let pass."""

    amount = Amount(
        required=True,
        validate=validate.Range(max=MOST_AMOUNT, error="Invalid amount passed."),
        error_messages={"required": "Amount is required"},
    )
    email = fields.String(
        required=True,
        validate=[validate.Length(max=254, error=_BAD_EMAIL), validate.Email(error=_BAD_EMAIL)],
        error_messages={"required": "Email is required", "invalid": _BAD_EMAIL},
    )
    currency = common.currency_field("ILS")
    reference = _Reference(_BAD_REFERENCE)
    metadata = _Metadata(load_default="", allow_none=True)
    first_name = common.text_field("first_name must be a string", "Also as `firstName`.")
    last_name = common.text_field("last_name must be a string", "Also as `lastName`.")
    mobile = _Word("mobile must be a string")
    plan = _Word("plan must be a string")


class Initialize(_Charge):
    """The body of `POST /transaction/initialize`."""

    callback_url = fields.String(
        load_default=None,
        validate=_require_address,
        error_messages={"invalid": _BAD_CALLBACK},
        metadata={"description": "Where the payer goes afterwards: a URL, whole."},
    )


class ChargeAuthorization(_Charge):
    """The body of `POST /transaction/charge_authorization`."""

    authorization_code = fields.String(
        required=True,
        error_messages={
            "required": "Authorization code is required",
            "invalid": "authorization_code must be a string",
        },
    )


INITIALIZE = Initialize()
CHARGE = ChargeAuthorization()


def load(schema: Schema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Load a charge; an empty text or a null is as if absent.

    Raises:
        LahzaError: 400.
    """
    given = {name: value for name, value in raw.items() if value not in (None, "")}
    for alias, name in _ALIASES.items():
        if alias in given:
            given.setdefault(name, given[alias])
    values = common.load(schema, given)
    return {**values, "cancel_url": _cancel_url(values["metadata"])}


def _cancel_url(metadata: object) -> str | None:
    """Where the payer goes who leaves the checkout page: `cancel_action` of the metadata."""
    url = metadata.get("cancel_action") if isinstance(metadata, dict) else None
    return url if is_address(url) else None


class Initialized(Shape):
    """A transaction as `POST /transaction/initialize` answers it (documented)."""

    authorization_url = fields.String(metadata={"format": "uri"})
    access_code = fields.String()
    reference = fields.String()


_INITIALIZED = Initialized()


def dump_initialized(transaction: Document, base: str) -> dict[str, Any]:
    """A new transaction; `base` is where browsers reach its page."""
    url = f"{base}/checkout/{transaction['access_code']}"
    return dict(_INITIALIZED.dump({**transaction, "authorization_url": url}))
