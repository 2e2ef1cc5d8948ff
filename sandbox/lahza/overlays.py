"""What `set` may set in a scenario, of Lahza's."""

from marshmallow import fields, validate

from sandbox.engine.reading.fields import Strict, word
from sandbox.engine.scenarios.vocabulary import Target
from sandbox.lahza import cards, documents, merchant, transactions
from sandbox.lahza.matchers import TRANSACTION_WHERE
from sandbox.lahza.schemas.control import MERCHANT


class _Transaction(Strict):
    """What may be laid over a transaction.

    `refundable`: the most that may be refunded at once, in minor units. `decline`: what the
    bank says to whoever tries to pay it.
    """

    status = word(documents.STATUSES)
    decline = word(cards.REFUSALS)
    refundable = fields.Integer(strict=True, validate=validate.Range(min=0))


TARGETS = {
    transactions.TARGET: Target(_Transaction(), TRANSACTION_WHERE),
    merchant.TARGET: Target(MERCHANT),
}
