"""What Lahza tells the merchant by webhook: which events, their bodies, and the signature."""

import hashlib
import hmac
from typing import Any

from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Notice
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import random_of
from sandbox.engine.values.instants import HOUR, MINUTE, Instant
from sandbox.lahza import merchant, schemas
from sandbox.lahza.matchers import NOTICE_WHERE
from sandbox.lahza.wire import DOMAINS

RETRIES = (*(n * 3 * MINUTE for n in (1, 2, 3, 4)), *(n * HOUR for n in range(1, 73)))


def body(notice: Notice, event_id: str, at: Instant) -> dict[str, object]:
    """The JSON value of a notice."""
    data = _refund if notice.event.startswith("refund.") else _charge
    return {"event": notice.event, "data": data(*notice.documents)}


def _charge(transaction: Document, _: Document) -> dict[str, Any]:
    """As verify shows it, and its plan."""
    return {**schemas.transactions.TRANSACTION.dump(transaction), "plan": transaction["plan"]}


def _refund(refund: Document, more: Document) -> dict[str, Any]:
    """Key order as Paystack's; `reference` is the sandbox's own, and so is `id`, by a setting."""
    customer = refund["customer"]
    processed = refund["status"] == "processed"
    return {
        "status": refund["status"],
        "transaction_reference": refund["reference"],
        "reference": refund["reference"],
        "refund_reference": _reference(refund["id"]) if processed else None,
        "amount": more["amount"],
        "currency": refund["currency"],
        "processor": "mpgs_zen",
        "customer": {key: customer[key] for key in ("first_name", "last_name", "email")},
        "integration": merchant.INTEGRATION,
        "domain": refund["domain"],
        **({} if more["id"] is None else {"id": more["id"]}),
    }


def _reference(refund: int) -> str:
    """What the bank calls a refund: 12 digits."""
    return str(random_of(f"lahza refund {refund}").randrange(10**11, 10**12))


def _secret(notice: Notice) -> str:
    """The key that made the transaction, or a known one where no key has."""
    return notice.documents[0]["key"] or _known(notice)


def _known(notice: Notice) -> str:
    return f"sk_{notice.channel}_sandbox"


def _signer(notice: Notice) -> str:
    if notice.documents[0]["key"]:
        return f"the sk_{notice.channel}_ key that the transaction, or the refund, was made with"
    return f"{_known(notice)}, as the transaction was made with no key"


def sign(raw: bytes, secret: str, notice: Notice) -> tuple[str, str]:
    """HMAC-SHA256 of the raw body, in hex."""
    return notice.documents[1]["signature_header"], hmac.new(
        secret.encode(), raw, hashlib.sha256
    ).hexdigest()


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
    secret=_secret,
    where=NOTICE_WHERE,
    probed=True,
    signer=_signer,
)
