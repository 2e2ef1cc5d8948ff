"""Totals and exports on the wire."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from sandbox.engine.reading.fields import Shape
from sandbox.engine.store.collections import Document
from sandbox.lahza.wire import CURRENCY, MINOR, Timestamp


class Volume(Shape):
    """What came in, in one currency."""

    currency = CURRENCY
    amount = MINOR


class Totals(Shape):
    """What `GET /transaction/totals` answers (Paystack); there are no transfers here."""

    total_transactions = fields.Integer()
    total_volume = MINOR
    total_volume_by_currency = fields.List(fields.Nested(Volume))
    pending_transfers = fields.Constant(0)
    pending_transfers_by_currency: fields.Constant[list[Any]] = fields.Constant([])


class Export(Shape):
    """What `GET /transaction/export` answers (Paystack): where the file is, and until when."""

    path = fields.String(metadata={"format": "uri"})
    expiresAt = Timestamp(attribute="expires_at")  # noqa: N815


_TOTALS = Totals()
_EXPORT = Export()


def dump_totals(count: int, volume: Mapping[str, int]) -> dict[str, Any]:
    """How many transactions there are, and what they come to, by currency."""
    by_currency = [{"currency": currency, "amount": amount} for currency, amount in volume.items()]
    totals = {
        "total_transactions": count,
        "total_volume": sum(volume.values()),
        "total_volume_by_currency": by_currency,
    }
    return dict(_TOTALS.dump(totals))


def dump_export(made: Document, base: str) -> dict[str, Any]:
    """An export; `base` is where browsers reach its file."""
    return dict(_EXPORT.dump({**made, "path": f"{base}/transaction/export/{made['name']}"}))
