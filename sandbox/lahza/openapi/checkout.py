"""`/checkout`: the page where a payer pays."""

from marshmallow import fields

from sandbox.engine.reading.fields import Lenient
from sandbox.http.pages import HTML
from sandbox.lahza.openapi.charges import ORDER
from sandbox.openapi.description import FORM, Answer, Operation, Step, text

_CODE = {"access_code": "rpngdhvkrogd"}
_BEGUN = Step("POST", "/transaction/initialize", ORDER)
_PAGE = {"type": "string"}
_LANGUAGE = {"lang": text("`en` or `ar`; otherwise as the browser asks for.")}


class Card(Lenient):
    """What the payer types."""

    card_number = fields.String()
    expiry = text("Month and year: 03/30.")
    cvv = fields.String()
    action = text("`cancel` leaves the page without paying.")


OPERATIONS = {
    "show_checkout": Operation(
        "Show the page",
        [
            Answer(_PAGE, media=HTML, about="The page."),
            Answer(_PAGE, 404, HTML, "There is no such page."),
        ],
        _CODE,
        before=[_BEGUN],
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
        {**_CODE, "card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"},
        before=[_BEGUN],
        takes=Card,
        media=[FORM],
        query=_LANGUAGE,
    ),
}
