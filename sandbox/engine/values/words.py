"""Which word was meant, where one is misspelt."""

from collections.abc import Iterable

_LONGEST = 100
"""Characters of a word that is compared with others; comparing takes the square of them."""
_MOST = 1000
"""Words that one is compared with."""


def nearest(word: object, words: Iterable[object]) -> str | None:
    """The one of some words that is most like a misspelt one, in capitals or not; None: none is."""
    from difflib import get_close_matches  # (a start needs none)

    known = {str(each).lower(): str(each) for each in words}
    if not isinstance(word, str) or len(word) > _LONGEST or len(known) > _MOST:
        return None
    found = get_close_matches(word.lower(), known, n=1)
    return known[found[0]] if found else None
