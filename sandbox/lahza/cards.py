"""Cards: what a test card's bank says, and the authorization that a card leaves behind.

An authorization, on the wire as here: authorization_code, bin, last4, exp_month, exp_year,
channel, card_type, bank, country_code, brand, reusable, signature, account_name.
"""

from typing import Any, NamedTuple

from sandbox.engine.values.ids import random_of, uuid_of

SUCCESSFUL = "Successful"
DECLINED = "Declined"
INSUFFICIENT = "Insufficient Funds"
REFUSALS = (DECLINED, INSUFFICIENT)

_RESPONSES = {
    "4111111111111111": SUCCESSFUL,
    "5424000000000015": SUCCESSFUL,
    "4000000000009995": INSUFFICIENT,
    "4000000000009979": DECLINED,
}
"""Lahza's test cards; any other number is declined."""


class Card(NamedTuple):
    """A card as its payer types it, in digits: 12 to 19 for its number, the month 1 to 12, the year
    in two or four, and 3 or 4 for the cvv.
    """

    number: str
    exp_month: str
    exp_year: str
    cvv: str


def response_to(card: Card) -> str:
    """What a card's bank says to a charge, as `gateway_response`; an expired card is as good."""
    return _RESPONSES.get(card.number, DECLINED)


def authorization_of(card: Card, domain: str, email: str) -> dict[str, Any]:
    """A card's authorization: the same code for the same card of the same customer."""
    month, year = f"{int(card.exp_month):02d}", f"20{card.exp_year[-2:]}"
    year = card.exp_year if len(card.exp_year) == 4 else year
    of_card = f"lahza card {domain} {card.number} {month} {year}"
    return _authorization(
        brand="visa" if card.number[0] == "4" else "mastercard",
        first=card.number[:6],
        last=card.number[-4:],
        expires=(month, year),
        code=_code(f"{of_card} {email.lower()}", 10),
        signature=_code(of_card, 15),
    )


def made_up(transaction: int) -> dict[str, Any]:
    """The authorization of a card that nobody typed, the same for the same transaction's id."""
    random = random_of(f"lahza card of {transaction}")
    brand, first = random.choice([("visa", "411111"), ("mastercard", "542400")])
    tail = f"{random.randrange(10**10):010d}"
    return _authorization(
        brand=brand,
        first=first,
        last=tail[-4:],
        expires=(f"{random.randrange(1, 13):02d}", str(random.randrange(2028, 2033))),
        code=tail,
        signature=f"{random.randrange(16**15):015x}",
    )


def _authorization(
    brand: str, first: str, last: str, expires: tuple[str, str], code: str, signature: str
) -> dict[str, Any]:
    return {
        "authorization_code": f"AUTH_{code}",
        "bin": first,
        "last4": last,
        "exp_month": expires[0],
        "exp_year": expires[1],
        "channel": "card",
        "card_type": f"{brand} DEBIT",
        "bank": "Test Bank",
        "country_code": "PS",
        "brand": brand,
        "reusable": True,
        "signature": f"SIG_{signature}",
        "account_name": None,
    }


def _code(text: str, length: int) -> str:
    return uuid_of(text).replace("-", "")[:length]
