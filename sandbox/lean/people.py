"""Made-up people of the Gulf, and their bank accounts."""

from typing import Any

from sandbox.engine.values.ids import Draws
from sandbox.engine.values.names import FIRST_NAMES

_LAST = (
    "Al Ameri|Al Balushi|Al Falasi|Al Hammadi|Al Hashimi|Al Jaberi|Al Kaabi|Al Ketbi|"
    "Al Mansoori|Al Marri|Al Mazrouei|Al Muhairi|Al Nuaimi|Al Qasimi|Al Shamsi|Al Suwaidi|"
    "Al Zaabi|Bin Ghanem"
).split("|")
BANKS = ("003", "024", "026", "033", "035", "050")
"""The codes that stand in their IBANs."""


def name(random: Draws) -> tuple[str, str]:
    """A first and a last name."""
    return random.choice(FIRST_NAMES), random.choice(_LAST)


def account(random: Draws, account_id: str) -> dict[str, Any]:
    """A person's account: name, iban, account_number, account_id."""
    bank, number = random.choice(BANKS), f"{random.randrange(10**16):016d}"
    return {
        "name": " ".join(name(random)),
        "iban": iban(bank, number),
        "account_number": number,
        "account_id": account_id,
    }


def iban(bank: str, account: str) -> str:
    """The IBAN of an account of 16 digits, check digits and all."""
    bban = bank + account
    return f"AE{98 - int(bban + '101400') % 97:02d}{bban}"
