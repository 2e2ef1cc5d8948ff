"""What marshmallow and click say, in the sandbox's words: one mistake reads the same everywhere."""

import re

_LEAST, _ABOVE = r"greater than or equal to (\S+)", r"greater than (\S+)"
_MOST = r"less than or equal to (\S+)"
_OURS = [
    (re.compile(theirs), ours)
    for theirs, ours in (
        (r"Missing data for required field\.", "is missing"),
        (r"Field may not be null\.", "must not be null"),
        (r"Not a valid integer\.", "must be a whole number"),
        (r"Not a valid number\.|Special numeric .*|Number too large\.", "must be a number"),
        (r"Not a valid (utf-8 )?string\.", "must be a text"),
        (r"Not a valid boolean\.", "valid: true, false"),
        (r"Not a valid list\.", "must be a list"),
        (r"Not a valid mapping type\.|Invalid (input )?type\.", "must be an object"),
        (r"Not a valid UUID\.", "must be a UUID"),
        (r"(?s)Must be one of: (.*)\.", r"valid: \1"),
        (rf"Must be {_LEAST} and {_MOST}\.", r"must be from \1 to \2"),
        (rf"Must be {_ABOVE} and {_MOST}\.", r"must be above \1 and at most \2"),
        (rf"Must be {_LEAST}\.", r"must be at least \1"),
        (rf"Must be {_ABOVE}\.", r"must be above \1"),
        (r"Length must be between (\d+) and (\d+)\.", r"its length must be from \1 to \2"),
        (r"Shorter than minimum length (\d+)\.", r"its length must be at least \1"),
        (r"Longer than maximum length (\d+)\.", r"its length must be at most \1"),
        (r"'.*' is not a valid integer( range)?\.", "must be a whole number"),
        (r"'.*' is not a valid float\.", "must be a number"),
        (r"'.*' is not one of (.*)\.", r"valid: \1"),
        (r"\S+ is not in the range x>=(\S+)\.", r"must be at least \1"),
        (r"String does not match expected pattern\.", "has characters that do not belong there"),
    )
]
"""Of the two that begin alike, `greater than` and `greater than or equal to`, none matches both."""


def in_our_words(message: str) -> str:
    """What a message says; one that is the sandbox's own already stays as it is."""
    for theirs, ours in _OURS:
        if found := theirs.fullmatch(message):
            return found.expand(ours).replace("'", "")
    return message
