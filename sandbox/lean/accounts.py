"""What an account must be that money is to go to, by a payment or a payout."""

import re
from collections.abc import Mapping

from sandbox.engine.provider.rules import Call
from sandbox.lean.errors import bad_value, missing
from sandbox.lean.settings import settings_of

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LENGTHS = {"AE": 23, "SA": 24}
"""Of the IBANs of the countries that Lean serves."""
_BANK_CODES = {"AE": 3, "SA": 2}
"""The length of a bank's code in them, which stands before the account's number."""


def require_account(call: Call, values: Mapping[str, str | None], path: str = "") -> None:
    """Check a destination's name and account.

    Args:
        call: the world, whose settings say whether check digits count.
        values: name, iban, account_number.
        path: what stands before their names in the body.

    Raises:
        LeanError: 400 INVALID_NAME, INVALID_IBAN, or MISSING_PARAMETERS without any account.
    """
    name, iban = values["name"], values["iban"]
    if name is None or len(name.split()) < 2:
        raise bad_value("INVALID_NAME", "A name has two words or more", f"{path}name", name)
    if iban is None and not values["account_number"]:
        raise missing(f"{path}iban")
    if iban is not None and not _is_iban(iban, settings_of(call).iban_check_digits):
        raise bad_value("INVALID_IBAN", "The IBAN is not valid", f"{path}iban", iban)


def number_in(iban: str | None) -> str | None:
    """The account's number that stands in an IBAN, without zeros in front."""
    return None if iban is None else iban[4 + _BANK_CODES.get(iban[:2], 0) :].lstrip("0")


def _is_iban(text: str, has_check_digits: bool) -> bool:
    """Its form, its length where that is known, and maybe its check digits (ISO 13616)."""
    if not _IBAN.fullmatch(text) or len(text) != _LENGTHS.get(text[:2], len(text)):
        return False
    return not has_check_digits or _remainder(text) == 1


def _remainder(iban: str) -> int:
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97
