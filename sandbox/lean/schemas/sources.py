"""Payment sources on the wire."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from sandbox.engine.ids import uuid_of
from sandbox.engine.store import Document

_APPLICATION = uuid_of("lean/application")


class DeleteSource(Schema):
    """The body of `DELETE /customers/v1/{customer_id}/payment-sources/{payment_source_id}`."""

    class Meta:
        unknown = EXCLUDE

    reason = fields.String(required=True, validate=validate.OneOf(["USER_REQUESTED"]))


DELETE = DeleteSource()


def dump_source(source: Document) -> dict[str, Any]:
    """A source (documented)."""
    account = source["account"]
    return {
        "id": source["id"],
        "customer_id": source["customer_id"],
        "app_id": _APPLICATION,
        "status": "ACTIVE",
        "beneficiary_cool_off_expiry": None,
        "bank_identifier": source["bank_identifier"],
        "beneficiaries": [
            {
                "id": uuid_of(f"{source['id']}/{destination_id}"),
                "payment_destination_id": destination_id,
                "status": "ACTIVE",
                "beneficiary_cool_off_expiry": None,
            }
            for destination_id in source["destinations"]
        ],
        "accounts": [
            {
                "id": uuid_of(f"{source['id']}/account"),
                "account_id": account["account_id"],
                "account_name": account["name"],
                "account_number": account["account_number"],
                "iban": account["iban"],
                "currency": source["currency"],
            }
        ],
    }
