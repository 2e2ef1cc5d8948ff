"""What Lean tells the merchant by webhook: which events, their bodies, and the signature."""

import hashlib
import hmac

from sandbox.engine.instants import MINUTE, Instant
from sandbox.engine.model import Webhooks
from sandbox.engine.outbox import Notice

SECRET = "sandbox-webhook-secret"  # noqa: S105 (no secret: the default is documented)
RETRIES = tuple(minutes * MINUTE for minutes in (1, 2, 5, 10, 60, 180))


def body(notice: Notice, event_id: str, at: Instant) -> dict[str, object]:
    """The JSON value of a notice (documented)."""
    raise NotImplementedError


def sign(raw: bytes, secret: str) -> tuple[str, str]:
    """HMAC-SHA512 of the raw body (documented)."""
    return "lean-signature", "sha512=" + hmac.new(secret.encode(), raw, hashlib.sha512).hexdigest()


WEBHOOKS = Webhooks(
    events=(),
    channels=("",),
    retries=RETRIES,
    body=body,
    sign=sign,
    secret=lambda _: SECRET,
)
