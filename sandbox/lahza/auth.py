"""Lahza's credentials: a secret key, whose kind is the domain."""

from sandbox.lahza.errors import unauthorized
from sandbox.settings import Settings

DOMAINS = ("test", "live")


def domain_of(settings: Settings, authorization: str | None) -> str:
    """The domain that a call's key opens: `test` or `live`.

    Raises:
        LahzaError: 401, no key or none that is accepted.
    """
    if not authorization:
        raise unauthorized(header=False)
    kind, _, key = authorization.partition(" ")
    key = key.strip()
    if kind.lower() == "bearer" and key == (settings.lahza_secret_key or key):
        for domain in DOMAINS:
            if key.startswith(f"sk_{domain}_") and len(key) > len(f"sk_{domain}_"):
                return domain
    raise unauthorized(header=True)
