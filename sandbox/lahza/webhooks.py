"""What Lahza tells the merchant by webhook: which events, their bodies, and the signature."""

import hashlib
import hmac

from sandbox.engine.instants import HOUR, MINUTE, Instant
from sandbox.engine.model import Webhooks
from sandbox.engine.outbox import Notice
from sandbox.lahza.auth import DOMAINS
from sandbox.lahza.keys import TRANSACTION_WHERE

RETRIES = (*(n * 3 * MINUTE for n in (1, 2, 3, 4)), *(n * HOUR for n in range(1, 73)))


def body(notice: Notice, event_id: str, at: Instant) -> dict[str, object]:
    """The JSON value of a notice."""
    raise NotImplementedError


def sign(raw: bytes, secret: str) -> tuple[str, str]:
    """HMAC-SHA256 of the raw body, in hex."""
    return "x-lahza-signature", hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def _tells_of_transaction(notice: Notice, value: str) -> bool:
    """Whether it is about a transaction (id or reference), or about a refund of it."""
    told = notice.documents[0]
    return value in (str(told.get("transaction", told["id"])), told["reference"])


WEBHOOKS = Webhooks(
    events=(
        "charge.success",
        "refund.pending",
        "refund.processing",
        "refund.processed",
        "refund.failed",
    ),
    channels=DOMAINS,
    retries=RETRIES,
    body=body,
    sign=sign,
    secret=lambda notice: f"sk_{notice.channel}_sandbox",
    where={
        "transaction": TRANSACTION_WHERE["transaction"]._replace(matches=_tells_of_transaction),
        "domain": TRANSACTION_WHERE["domain"]._replace(
            matches=lambda notice, domain: notice.channel == domain
        ),
    },
    probed=True,
)
