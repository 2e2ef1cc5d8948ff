"""`/checkout`: the page where a payer pays."""

from marshmallow import fields

from sandbox.engine.reading.fields import Lenient
from sandbox.http.pages import HTML
from sandbox.lahza.openapi.charges import ORDER
from sandbox.openapi.description import FORM, Answer, Operation, Sample, Step

_CODE = Sample(
    {"access_code": "rpngdhvkrogd"}, before=[Step("POST", "/transaction/initialize", ORDER.body)]
)
_PAGE = {"type": "string"}
_LANGUAGE = {
    "lang": fields.String(
        metadata={"description": "`en` or `ar`; otherwise as the browser asks for."}
    )
}


class Card(Lenient):
    """What the payer types."""

    card_number = fields.String()
    expiry = fields.String(metadata={"description": "Month and year: 03/30."})
    cvv = fields.String()
    action = fields.String(metadata={"description": "`cancel` leaves the page without paying."})


OPERATIONS = {
    "show_checkout": Operation(
        "Show the page",
        [
            Answer(_PAGE, media=HTML, about="The page."),
            Answer(_PAGE, 404, HTML, "There is no such page."),
        ],
        _CODE,
        query=_LANGUAGE,
        about="The code in its address is all that it asks for.",
    ),
    "submit_checkout": Operation(
        "Pay",
        [
            Answer(_PAGE, media=HTML, about="Paid, refused or left, without a way back."),
            Answer(_PAGE, 303, HTML, "Back to the merchant's page.", {"Location": fields.String()}),
            Answer(_PAGE, 400, HTML, "Something was typed wrongly."),
            Answer(_PAGE, 404, HTML, "There is no such page."),
        ],
        _CODE._replace(form={"card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"}),
        takes=Card,
        media=[FORM],
        query=_LANGUAGE,
    ),
}
