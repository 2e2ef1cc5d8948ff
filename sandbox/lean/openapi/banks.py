"""`/banks/v1`."""

from marshmallow import fields

from sandbox.lean import schemas
from sandbox.lean.banks import ACCOUNT_TYPES
from sandbox.openapi.description import Operation, array, word

OPERATIONS = {
    "list_banks": Operation(
        "List banks",
        array(schemas.banks.Bank),
        {"account_types": ["CURRENT"]},
        query={
            "account_types": fields.List(
                word(ACCOUNT_TYPES),
                metadata={"description": "Those that have one of these; or with commas between."},
            )
        },
        wrong={"account_types": [["GOLD"]]},
    )
}
