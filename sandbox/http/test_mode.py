"""What is known of a provider's test mode: whoever compares the sandbox with it needs that."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

GetToken = Callable[[str, Mapping[str, str]], str]
"""Sends a form to a path by POST, and returns the `access_token` of the answer."""


class TestMode(NamedTuple):
    """A provider's test mode.

    Attributes:
        example: an address of it, for messages.
        is_live: whether a host is that of production.
        variables: the credentials, and the variables of the environment that hold them.
        own: the credentials with which the sandbox is called in its place.
        headers: those that carry credentials, given their values and what gets a token.
        errors: the keys of an error's body whose words count.
        auth_paths: what its tokens come from, as a rule at a host of its own.
    """

    example: str
    is_live: Callable[[str], bool]
    variables: Mapping[str, str]
    own: Mapping[str, str]
    headers: Callable[[Mapping[str, str], GetToken], Mapping[str, str]]
    errors: Sequence[str]
    auth_paths: tuple[str, ...] = ()
