"""The merchant's accounts that payouts are made from, and whose they are at Lean."""

from collections.abc import Mapping
from functools import lru_cache

from sandbox.engine.values.ids import random_of, uuid_of
from sandbox.lean import people

END_USER = uuid_of("lean/end-user")
"""The account's own user at Lean, from whom all payouts come: their payment source (recorded)."""
CUSTOMER = uuid_of("lean/payouts-customer")
"""Whose a payout is, unless its destination is a customer's."""
BANK = "LEAN_DC_MB_SAU"
"""The bank of the accounts that payouts are made from (recorded)."""
CONNECTED = uuid_of("lean/payout-account")
"""The id of the account that refunds are paid from: the connected one (the guide)."""
_OWNER = "Sandbox Trading LLC"
_BANK_CODE = "035"


@lru_cache(maxsize=1024)
def account_of(account_id: str) -> Mapping[str, str]:
    """An account that payouts are made from: its numbers follow from its id."""
    number = f"{random_of(account_id).randrange(10**16):016d}"
    iban = people.iban(_BANK_CODE, number)
    return {"name": _OWNER, "iban": iban, "account_number": number}
