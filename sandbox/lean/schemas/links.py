"""Payment links and their usages on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import InstantText, Lenient, Shape, StrictBoolean, word
from sandbox.engine.store.collections import Document
from sandbox.lean import payments
from sandbox.lean.links import PURPOSES, SET, STATUSES, TYPES
from sandbox.lean.schemas.common import MOST, address_field, load_page, page_of
from sandbox.lean.usages import STATUSES as USAGE_STATUSES
from sandbox.lean.wire import CURRENCY, DECIMALS, POSITIVE, Amount, Timestamp, Uuid

LARGEST_PAGE = 100
_LONGEST = 255
MOST_IDENTIFIERS = 20
_TEXT = validate.Length(1, _LONGEST)


class _Count(fields.Integer):
    """A whole number, and no truth value."""

    def __init__(self, most: int, **rest: Any) -> None:
        super().__init__(validate=validate.Range(1, most), **rest)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("not a whole number")
        return value


class CreateDetails(Lenient):
    """What is to be paid."""

    destination_id = Uuid(load_default=None, allow_none=True)
    reference = fields.String(required=True, validate=_TEXT)
    currency = word(DECIMALS, required=True)
    amount = Amount(required=True, metadata=POSITIVE)
    payment_purpose = word(PURPOSES, load_default=None, allow_none=True)


class CreateIdentifier(Lenient):
    """What a payer is to say of himself."""

    type = word(TYPES, required=True)
    display_label = fields.String(load_default=None, allow_none=True, validate=_TEXT)
    required = StrictBoolean(load_default=False, allow_none=True)
    limit = _Count(_LONGEST, load_default=None, allow_none=True)


class CreateLink(Lenient):
    """The body of `POST /payment-links/v1`."""

    payment_details = fields.Nested(CreateDetails, required=True)
    name = fields.String(load_default=None, allow_none=True, validate=_TEXT)
    max_usages = _Count(MOST, load_default=None, allow_none=True)
    expires_at = InstantText(load_default=None, allow_none=True)
    redirect_url = address_field(load_default=None, allow_none=True)
    customer_id = Uuid(load_default=None, allow_none=True)
    identifiers = fields.List(
        fields.Nested(CreateIdentifier),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MOST_IDENTIFIERS),
    )


class UpdateLink(Lenient):
    """The body of `PUT /payment-links/v1/{payment_link_id}`."""

    status = word(SET, required=True)


class Details(Shape):
    """What is to be paid."""

    destination_id = Uuid()
    reference = fields.String()
    currency = CURRENCY
    amount = Amount()
    payment_purpose = word(PURPOSES, allow_none=True)


class Identifier(Shape):
    """What a payer is to say of himself."""

    type = word(TYPES)
    display_label = fields.String(allow_none=True)
    required = fields.Boolean()
    limit = fields.Integer(metadata={"optional": True})


class Link(Shape):
    """A payment link (documented)."""

    id = Uuid()
    link = fields.String(metadata={"format": "uri"})
    status = word(STATUSES)
    current_usages = fields.Integer()
    name = fields.String(allow_none=True)
    max_usages = fields.Integer()
    expires_at = Timestamp(allow_none=True)
    redirect_url = fields.String(allow_none=True, metadata={"format": "uri"})
    customer_id = Uuid(allow_none=True)
    payment_details = fields.Nested(Details)
    identifiers = fields.List(fields.Nested(Identifier))


class Said(Shape):
    """What a payer has said of himself."""

    type = word(TYPES)
    display_label = fields.String(allow_none=True)
    value = fields.String()


class Usage(Shape):
    """A usage of a payment link (documented)."""

    usage_id = Uuid()
    payment_link_id = Uuid()
    usage_status = word(USAGE_STATUSES)
    customer_id = Uuid(allow_none=True)
    payment_id = fields.Function(
        lambda usage: None if usage["payment"] is None else usage["payment"]["id"],
        metadata={"type": ["string", "null"], "format": "uuid"},
    )
    payment_status = fields.Function(
        lambda usage: None if usage["payment"] is None else usage["payment"]["status"],
        metadata={"type": ["string", "null"], "enum": [*payments.DECIDED, None]},
    )
    identifiers = fields.List(fields.Nested(Said))


CREATE = CreateLink()
UPDATE = UpdateLink()
USAGE = Usage()
_LINK = Link()
_USAGES = Usage(many=True)


def load_listing(query: Mapping[str, str]) -> Listing:
    """What a list of links, or of usages, asks for.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    return Listing({}, None, None, *load_page(query, most=LARGEST_PAGE))


def dump_link(link: Document, base: str) -> dict[str, Any]:
    """A link, as it is seen; `base` is where browsers reach its page."""
    return dict(_LINK.dump({**link, "link": f"{base}/secure/pay/{link['page_id']}"}))


def dump_links(found: list[Document], total: int, asked: Listing, base: str) -> dict[str, Any]:
    """A page of links (documented: `size` comes first)."""
    page = page_of(total, asked)
    rows = [dump_link(link, base) for link in found]
    return {"content": rows, "page": {"size": page.pop("size"), **page}}


def dump_usages(found: list[Document], total: int, asked: Listing) -> dict[str, Any]:
    """A page of usages."""
    return {"content": _USAGES.dump(found), "page": page_of(total, asked)}
