"""Payment sources on the wire."""

from typing import Any

from marshmallow import fields

from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.lean.sources import beneficiary_of
from sandbox.lean.wire import CURRENCY, Uuid


class DeleteSource(Lenient):
    """The body of `DELETE /customers/v1/{customer_id}/payment-sources/{payment_source_id}`."""

    reason = word(["USER_REQUESTED", "TPP_REQUESTED"], required=True)


class BeneficiaryOfSource(Shape):
    """A destination that a source may pay to."""

    id = Uuid()
    payment_destination_id = Uuid()
    status = fields.Constant("ACTIVE")
    beneficiary_cool_off_expiry = fields.Constant(None)


class AccountOfSource(Shape):
    """An account that a source pays from."""

    id = Uuid()
    account_id = Uuid()
    account_name = fields.String()
    account_number = fields.String()
    iban = fields.String()
    currency = CURRENCY


class Source(Shape):
    """A source (documented)."""

    id = Uuid()
    customer_id = Uuid()
    app_id = Uuid(dump_default=uuid_of("lean/application"))
    status = fields.Constant("ACTIVE")
    beneficiary_cool_off_expiry = fields.Constant(None)
    bank_identifier = fields.String()
    beneficiaries = fields.List(fields.Nested(BeneficiaryOfSource))
    accounts = fields.List(fields.Nested(AccountOfSource))


DELETE = DeleteSource()
_SOURCE = Source()


def dump_source(source: Document) -> dict[str, Any]:
    """A source, its destinations and its account with ids of their own."""
    source_id, account = source["id"], source["account"]
    beneficiaries = [
        {"id": beneficiary_of(source_id, destination_id), "payment_destination_id": destination_id}
        for destination_id in source["destinations"]
    ]
    shown = {
        **account,
        "id": uuid_of(f"{source_id}/account"),
        "account_name": account["name"],
        "currency": source["currency"],
    }
    return dict(_SOURCE.dump({**source, "beneficiaries": beneficiaries, "accounts": [shown]}))
