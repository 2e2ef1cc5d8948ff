"""`/transaction`: the calls that begin a transaction."""

from sandbox.lahza import schemas
from sandbox.lahza.openapi.common import EITHER, REFERENCE, ok
from sandbox.lahza.schemas.charges import LONGEST_REFERENCE
from sandbox.openapi.description import Operation, Sample

ORDER = Sample(body={"amount": 15000, "email": "payer@example.com", "reference": "order-1"})
_CHARGE = ORDER.but(authorization_code="AUTH_8005732181", reference=None)
_REFUSED = "AUTH_8483801135"


def _bad(sample: Sample) -> list[Sample]:
    return [
        sample.but(amount=0),
        sample.but(email="payer"),
        sample.but(amount=None),
        sample.but(email=None),
        sample.but(currency="EUR"),
        sample.but(reference=REFERENCE),
        sample.but(reference="order 1"),
        sample.but(reference="1" * (LONGEST_REFERENCE + 1)),
        sample.but(metadata=["order"]),
    ]


OPERATIONS = {
    "initialize": Operation(
        "Initialize a transaction",
        ok("Authorization URL created", schemas.charges.Initialized),
        ORDER,
        takes=schemas.charges.Initialize,
        media=EITHER,
        refused=[*_bad(ORDER), ORDER.but(callback_url="shop")],
        about="The payer pays at `authorization_url`. Amounts are in minor units. What else there "
        "may be, as `channels` or `split_code`, is let pass.",
    ),
    "charge_authorization": Operation(
        "Charge a card that has paid before",
        ok("Charge attempted", schemas.transactions.Transaction),
        _CHARGE,
        takes=schemas.charges.ChargeAuthorization,
        media=EITHER,
        refused=[
            *_bad(_CHARGE),
            _CHARGE.but(authorization_code=None),
            _CHARGE.but(authorization_code="AUTH_none"),
            _CHARGE.but(authorization_code=_REFUSED),
        ],
        about="Always answered with 200: `status` tells.",
    ),
}
