"""Payment sources on the wire."""

from typing import Any

from marshmallow import fields

from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.lean.application import APPLICATION_ID
from sandbox.lean.sources import ACTIVE, COOLING_OFF
from sandbox.lean.wire import CURRENCY, Timestamp, Uuid

_STATUS = word([ACTIVE, COOLING_OFF])


def _expiry() -> Timestamp:
    return Timestamp(attribute="cool_off_expiry", allow_none=True)


class DeleteSource(Lenient):
    """The body of `DELETE /customers/v1/{customer_id}/payment-sources/{payment_source_id}`."""

    reason = word(["USER_REQUESTED", "TPP_REQUESTED"], required=True)


class BeneficiaryOfSource(Shape):
    """A destination that a source may pay to."""

    id = Uuid()
    payment_destination_id = Uuid()
    status = _STATUS
    beneficiary_cool_off_expiry = _expiry()


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
    app_id = Uuid(dump_default=APPLICATION_ID)
    status = _STATUS
    beneficiary_cool_off_expiry = _expiry()
    bank_identifier = fields.String()
    beneficiaries = fields.List(fields.Nested(BeneficiaryOfSource))
    accounts = fields.List(fields.Nested(AccountOfSource))


DELETE = DeleteSource()
_SOURCE = Source()


def dump_source(source: Document) -> dict[str, Any]:
    """A source, whole; its account has an id of its own."""
    account = source["account"]
    shown = {
        **account,
        "id": uuid_of(f"{source['id']}/account"),
        "account_name": account["name"],
        "currency": source["currency"],
    }
    return dict(_SOURCE.dump({**source, "accounts": [shown]}))
