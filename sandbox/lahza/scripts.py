"""What `set` may set in a scenario, of Lahza's."""

from marshmallow import fields, validate

from sandbox.engine.fields import Strict
from sandbox.engine.model import Target
from sandbox.lahza import documents, merchant, transactions
from sandbox.lahza.keys import TRANSACTION_WHERE
from sandbox.lahza.schemas.control import MerchantValues


class _Transaction(Strict):
    """`refundable`: the most that may be refunded at once, in minor units."""

    status = fields.String(validate=validate.OneOf(documents.STATUSES))
    refundable = fields.Integer(strict=True, validate=validate.Range(min=0))


TARGETS = {
    transactions.TARGET: Target(_Transaction(), TRANSACTION_WHERE),
    merchant.TARGET: Target(MerchantValues()),
}
