"""Numbers as people type them."""

import unicodedata

_LONGEST = 100
"""Characters that are read."""


def plain_digits(text: str) -> str:
    """Without spaces, dashes and marks of direction, and with ASCII digits."""
    return "".join(
        str(unicodedata.decimal(character, character))
        for character in text[:_LONGEST]
        if unicodedata.category(character) not in ("Zs", "Pd", "Cf", "Cc")
    )
