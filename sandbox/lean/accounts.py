"""What an account must be that money is to go to, by a payment or a payout."""

import re
from collections.abc import Mapping

from sandbox.lean.errors import bad_value, missing

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LENGTHS = {"AE": 23, "SA": 24}
"""Of the IBANs of the countries that Lean serves."""


def require_account(values: Mapping[str, str | None], path: str = "") -> None:
    """Check a destination's name and account.

    Args:
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
    if iban is not None and not _is_iban(iban):
        raise bad_value("INVALID_IBAN", "The IBAN is not valid", f"{path}iban", iban)


def _is_iban(text: str) -> bool:
    """Its form, its length where that is known, and its check digits (ISO 13616)."""
    if not _IBAN.fullmatch(text) or len(text) != _LENGTHS.get(text[:2], len(text)):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
