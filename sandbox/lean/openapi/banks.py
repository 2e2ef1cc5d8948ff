"""`/banks/v1`."""

from marshmallow import fields, validate

from sandbox.lean import schemas
from sandbox.lean.banks import HOLDERS
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Field, Operation, array, word

_EITHER = "Those that have one of these; or with commas between."


def _several(of: Field) -> fields.List[str]:
    return fields.List(of, metadata={"description": _EITHER})


def _capitals(form: str) -> fields.String:
    return fields.String(validate=validate.Regexp(f"^{form}$"))


OPERATIONS = {
    "list_banks": Operation(
        "List banks",
        array(schemas.banks.Bank),
        {"account_types": ["PERSONAL"]},
        query={
            "account_types": _several(word(HOLDERS)),
            "country_codes": _several(_capitals(schemas.banks.COUNTRY_CODE)),
            "bank_type": _several(_capitals("[A-Z_]+")),
            "connection_types": _several(_capitals("[A-Z_]+")),
            "customer_id": Uuid(metadata={"description": "Each customer has the same banks."}),
        },
        wrong={"account_types": [["GOLD"]], "country_codes": [["AE"]], "customer_id": ["me"]},
    )
}
