"""The bodies of Lahza's part of the admin API."""

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Strict, word
from sandbox.lahza import documents
from sandbox.lahza.wire import CURRENCIES, DOMAINS, MOST_AMOUNT


class TransactionValues(Strict):
    """What a transaction may be given: the amount in minor units."""

    amount = fields.Integer(strict=True, validate=validate.Range(min=1, max=MOST_AMOUNT))
    currency = word(CURRENCIES)
    status = word(documents.STATUSES)
    reference = fields.String(
        validate=[
            validate.Length(min=1, max=200),
            validate.Regexp(r"^[A-Za-z0-9.=-]*\Z", error="must have letters, digits, - . = only"),
        ]
    )
    domain = word(DOMAINS)
    email = fields.Email()


class MerchantValues(Strict):
    """The merchant's balance, in minor units by currency."""

    balance = fields.Dict(
        keys=word(CURRENCIES),
        values=fields.Integer(strict=True, validate=validate.Range(min=0, max=MOST_AMOUNT)),
    )


TRANSACTION = TransactionValues()
MERCHANT = MerchantValues()
