"""What a provider says of its own test mode, for whoever calls that beside the sandbox."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

Fetch = Callable[[str, Mapping[str, str], bytes], tuple[int, bytes]]
"""Sends a POST to a path, with headers and a body; the status and the body that answer it."""


class NotAdmitted(Exception):
    """The provider does not take the credentials; the text says what it answers instead."""


class TestMode(NamedTuple):
    """A provider's test mode.

    Attributes:
        wanted: the names of credentials that let calls in together; where there are several
            ways, the first that the user has is taken.
        own: all of them, as the sandbox takes them.
        host_problem: why a host, in small letters, is not to be called (None: it may be).
        key_problem: why credentials, by name, are none of the test mode's (None: they are).
        header_problem: the same of an `Authorization` header that an app sends.
        sign_in: the headers that let a call in, of credentials; it may fetch a token.
        auth_url: where tokens are asked for, of the address of all other calls.
        error_words: the keys of an error's body that hold words of the provider's own.
    """

    wanted: tuple[tuple[str, ...], ...]
    own: Mapping[str, str]
    host_problem: Callable[[str], str | None]
    key_problem: Callable[[Mapping[str, str]], str | None]
    header_problem: Callable[[str], str | None]
    sign_in: Callable[[Mapping[str, str], Fetch], Mapping[str, str]]
    error_words: tuple[str, ...]
    auth_url: Callable[[str], str] = lambda url: url
