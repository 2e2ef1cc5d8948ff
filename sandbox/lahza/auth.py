"""Lahza's credentials: a secret key, whose kind is the domain."""

import re
from typing import NamedTuple

from sandbox.lahza.errors import unauthorized
from sandbox.lahza.wire import DOMAINS
from sandbox.settings import Settings, is_accepted

LONGEST_KEY = 255
"""Characters; each transaction keeps the key that made it."""
VARIABLES = {"secret_key": "the only secret key; its prefix still sets the domain"}
"""The credentials that the environment may restrict."""


def useless(_: str, key: str) -> str | None:
    """Why nobody could ever call with a key; it is not shown."""
    if key.startswith("pk_"):
        return "is a public key, which opens nothing: set the secret one, sk_test_… or sk_live_…"
    if domain_of(key) is None:
        return f"must begin with sk_test_ or sk_live_, and have at most {LONGEST_KEY} characters"
    return None


class Access(NamedTuple):
    """What a call's key opens: `domain`, `test` or `live`. `key` signs the webhooks of what it
    makes.
    """

    domain: str
    key: str


def admit(settings: Settings, authorization: str | None) -> Access:
    """Let a call in.

    Raises:
        LahzaError: 401, no key or none that is accepted.
    """
    if not authorization:
        raise unauthorized(header=False)
    kind, _, key = authorization.partition(" ")
    key = key.strip()
    domain = domain_of(key)
    accepted = is_accepted(key, only_key(settings))
    if kind.lower() != "bearer" or domain is None or not accepted:
        raise unauthorized(header=True)
    return Access(domain, key)


def world_named(access: Access) -> str | None:
    """The world that a key names, as `sk_test_world_<name>` does."""
    prefix = f"sk_{access.domain}{_WORLD}"
    return access.key.removeprefix(prefix) if access.key.startswith(prefix) else None


_WORLD = "_world_"


def only_key(settings: Settings) -> str | None:
    """The only secret key that is accepted; None: any is."""
    return settings.only("lahza", "secret_key")


def key_of(settings: Settings, domain: str) -> str | None:
    """The only key that opens a domain, if just one does."""
    key = only_key(settings)
    return key if key is not None and domain_of(key) == domain else None


def looks_like_a_key(authorization: str | None) -> bool:
    """Whether a header may hold a key of Lahza's, or one of Paystack's kind, good or bad."""
    return bool(authorization and _KEY.match(authorization))


_KEY = re.compile(r"Bearer +[sp]k_(test|live)_", re.IGNORECASE)


def domain_of(key: str) -> str | None:
    """The domain of a secret key; None: it is none."""
    for domain in DOMAINS:
        if key.startswith(f"sk_{domain}_") and len(f"sk_{domain}_") < len(key) <= LONGEST_KEY:
            return domain
    return None
