"""Banks on the wire."""

from collections.abc import Sequence

from sandbox.lean.banks import ACCOUNT_TYPES
from sandbox.lean.errors import invalid


def load_account_types(given: Sequence[str]) -> list[str]:
    """The types of account that `GET /banks/v1` asks for, repeated or with commas between.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    types = [word for text in given for word in text.split(",") if word]
    for word in types:
        if word not in ACCOUNT_TYPES:
            raise invalid("account_types", word)
    return types
