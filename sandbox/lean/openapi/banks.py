"""`/banks/v1`."""

from marshmallow import fields, validate

from sandbox.lean import schemas
from sandbox.lean.banks import ACCOUNT_TYPES
from sandbox.lean.openapi.common import ok
from sandbox.openapi.description import Operation, Sample, array

OPERATIONS = {
    "list_banks": Operation(
        "List banks",
        ok(array(schemas.banks.Bank)),
        Sample(query={"account_types": ["CURRENT"]}),
        query={
            "account_types": fields.List(
                fields.String(validate=validate.OneOf(ACCOUNT_TYPES)),
                metadata={"description": "Those that have one of these; or with commas between."},
            )
        },
        refused=[Sample(query={"account_types": ["GOLD"]})],
    )
}
