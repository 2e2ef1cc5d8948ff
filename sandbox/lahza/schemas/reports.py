"""Totals and exports on the wire."""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.store import Document
from sandbox.lahza.wire import timestamp


def dump_totals(count: int, volume: Mapping[str, int]) -> dict[str, Any]:
    """What `GET /transaction/totals` answers (Paystack); there are no transfers here."""
    return {
        "total_transactions": count,
        "total_volume": sum(volume.values()),
        "total_volume_by_currency": [
            {"currency": currency, "amount": amount} for currency, amount in volume.items()
        ],
        "pending_transfers": 0,
        "pending_transfers_by_currency": [],
    }


def dump_export(made: Document, base: str) -> dict[str, str]:
    """What `GET /transaction/export` answers (Paystack): where the file is, and until when."""
    return {
        "path": f"{base}/transaction/export/{made['name']}",
        "expiresAt": timestamp(made["expires_at"]),
    }
