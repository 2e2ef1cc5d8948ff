"""Reconciliation on the wire."""

from typing import Any

from sandbox.engine.store import Document
from sandbox.lean import payments
from sandbox.lean.wire import major, timestamp


def dump_reconciliation(payment: Document) -> dict[str, Any]:
    """A payment as `GET /reconciliation/v1/payments/{payment_id}` answers it (documented)."""
    matched = payment["reconciliation"] == "RECONCILED"
    amount = major(payment["amount"], payment["currency"]) if matched else None
    currency = payment["currency"] if matched else None
    at = timestamp(payment["reconciled_at"])
    deposit = {
        "id": payments.deposit_id(payment),
        "description": payment["description"],
        "timestamp": at,
        "amount": amount,
        "currency_code": currency,
    }
    return {
        "id": payment["id"],
        "customer_id": payment["customer_id"],
        "payment_initiation_timestamp": timestamp(payment["created_at"]),
        "reconciliation": {
            "status": payment["reconciliation"],
            "status_update_timestamp": at,
            "reference": payment["bank_transaction_reference"] if matched else None,
            "amount": amount,
            "currency_code": currency,
            "deposit": deposit if matched else None,
        },
    }
