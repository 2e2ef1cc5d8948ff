"""Strikes credentials out of text that people read: the journal, the log, reports."""

import re

STRUCK_OUT = "***"
"""What stands in the place of a credential."""

_CREDENTIAL = re.compile(
    r"""(?<![A-Za-z0-9]) sk_(?:test|live)_ (?![.,]*(?:\s|\Z)) [^\s"'<>&]+  # (sk_test_... is none)
    | (?<![\w-]) eyJ[\w-]+ \. [\w-]+ (?: \.[\w-]* )?  # (a JWT, its end perhaps cut off)
    | \b (?i:bearer) \s+ [\w.~+/-]{16,} =*
    | \A (?i:bearer) \s+ \S+ \Z""",
    re.VERBOSE | re.ASCII,
)
_SIGNS = ("sk_", "eyj", "bearer")


def masked(text: str) -> str:
    """A text, with all struck out that has the form of a key or a token."""
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):  # which is far quicker to tell
        return text
    return _CREDENTIAL.sub(STRUCK_OUT, text)
