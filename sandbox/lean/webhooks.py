"""What Lean tells the merchant by webhook: which events, their bodies, and the signature.

Payouts have no events of their own: they send those of payments, and so do the payouts that
carry refunds.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Notice, Subject
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import Document
from sandbox.engine.values.instants import MINUTE, Instant
from sandbox.lean import banks
from sandbox.lean.matchers import REFUND_WHERE
from sandbox.lean.payments import bank_reference
from sandbox.lean.settings import settings_of
from sandbox.lean.wire import major, timestamp

SECRET = "sandbox-webhook-secret"  # noqa: S105 (the documented default)
RETRIES = tuple(minutes * MINUTE for minutes in (1, 2, 5, 10, 60, 180))

PAYMENT_CREATED = "payment.created"
PAYMENT_UPDATED = "payment.updated"
INTENT_CREATED = "payment_intent.created"
RECONCILIATION_UPDATED = "payment.reconciliation.updated"
SOURCE_CREATED = "payment_source.created"
BENEFICIARY_CREATED = "payment_source.beneficiary.created"
BENEFICIARY_UPDATED = "payment_source.beneficiary.updated"
CONSENT_UPDATED = "consent.status.updated"
ACCOUNT_ON_FILE_UPDATED = "payment.account-on-file.updated"
CONSENT = "consent"
ACCOUNT_ON_FILE = "account-on-file-payment"
"""The kinds of consents, and of payments on them: of their lifecycles and webhooks."""
_MESSAGES = {
    PAYMENT_CREATED: "A payment object has been created.",
    PAYMENT_UPDATED: "A payment object has been updated.",
    INTENT_CREATED: "Payment intent created",
    RECONCILIATION_UPDATED: "A payment's reconciliation object has been updated.",
    SOURCE_CREATED: "A payment source was pre-authorized by your customer.",
    BENEFICIARY_CREATED: "A beneficiary was added for a payment source.",
    BENEFICIARY_UPDATED: "A payment source beneficiary has been updated.",
    CONSENT_UPDATED: "A consent's status has been updated.",
    ACCOUNT_ON_FILE_UPDATED: "A payment object has been updated.",
}


def tell_intent(call: Call, intent: Document) -> None:
    """A payment intent has been created."""
    subject = ("lean", "intent", intent["payment_intent_id"])
    call.tell(Notice(INTENT_CREATED, subject, (intent,), intent["payment_intent_id"]))


def tell_payment(call: Call, payment: Document, event: str, subject: Subject, last: bool) -> None:
    """A payment, or a payout, has been created or has changed its status.

    Args:
        call: the world and the moment.
        payment: id, payment_intent_id, customer_id, payment_destination_id, amount (minor
            units), currency, reason, metadata, status, bank_transaction_reference; a payout's
            end_user_id and post_initiation_status.
        event: PAYMENT_CREATED or PAYMENT_UPDATED.
        subject: whose state changed: the payment, the payout, or the refund that it carries.
        last: whether the payment will say no more.
    """
    call.tell(Notice(event, subject, (payment,), payment["payment_intent_id"], last=last))


def tell_reconciliation(call: Call, payment: Document, deposit_id: str | None) -> None:
    """A payment's reconciliation has changed.

    Args:
        call: the world and the moment.
        payment: the payment, in its new state.
        deposit_id: the deposit that matches it, if one does.
    """
    subject = ("lean", "payment", payment["id"])
    more = {"deposit_id": deposit_id, "form": settings_of(call).reconciliation_payload}
    documents = (payment, more)
    topic = payment["payment_intent_id"] or payment["id"]
    last = payment["reconciliation"] == "RECONCILED"
    call.tell(Notice(RECONCILIATION_UPDATED, subject, documents, topic, last=last))


def tell_source(call: Call, source: Document) -> None:
    """A customer has connected an account to pay from.

    Args:
        call: the world and the moment.
        source: id, customer_id, status, bank_identifier.
    """
    subject = ("lean", "source", source["id"])
    call.tell(Notice(SOURCE_CREATED, subject, (source,), source["id"], last=True))


def tell_beneficiary(call: Call, beneficiary: Document, event: str) -> None:
    """A source may pay to one more destination, now or later.

    Args:
        call: the world and the moment.
        beneficiary: id, customer_id, payment_source_id, payment_destination_id, end_user_id (None:
            the source is a customer's), bank_identifier (the source's), status.
        event: BENEFICIARY_CREATED, or BENEFICIARY_UPDATED once it has cooled off.
    """
    subject, last = ("lean", "beneficiary", beneficiary["id"]), beneficiary["status"] == "ACTIVE"
    call.tell(Notice(event, subject, (beneficiary,), beneficiary["id"], last=last))


def tell_consent(call: Call, consent: Document, last: bool) -> None:
    """The status of a consent has changed.

    Args:
        call: the world and the moment.
        consent: id, customer_id, status.
        last: whether it is final.
    """
    subject = ("lean", CONSENT, consent["id"])
    call.tell(Notice(CONSENT_UPDATED, subject, (consent,), consent["id"], last=last))


def tell_account_on_file(call: Call, payment: Document, event: str, last: bool) -> None:
    """A payment on a consent has been created or has changed its status.

    Args:
        call: the world and the moment.
        payment: id, consent_id, customer_id, account_id, amount (minor units), currency, status,
            reference, failure_code, failure_reason.
        event: PAYMENT_CREATED, PAYMENT_UPDATED or ACCOUNT_ON_FILE_UPDATED.
        last: whether the status is final.
    """
    subject = ("lean", ACCOUNT_ON_FILE, payment["id"])
    call.tell(Notice(event, subject, (payment,), payment["id"], last=last))


def _known(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload without the keys that have no value."""
    return {key: value for key, value in payload.items() if value is not None}


def _payment(payment: Document) -> dict[str, Any]:
    """The keys that were recorded, and those that were observed of payouts and failures."""
    payload = {
        "id": payment["id"],
        "amount": major(payment["amount"], payment["currency"]),
        "reason": payment["reason"],
        "status": payment["status"],
        "currency": payment["currency"],
        "metadata": payment["metadata"],
        "intent_id": payment["payment_intent_id"],
        "customer_id": payment["customer_id"],
        "end_user_id": payment.get("end_user_id"),
        "failure_code": payment.get("failure_code"),
        "failure_reason": payment.get("failure_reason"),
        "payment_destination_id": payment["payment_destination_id"],
        "post_initiation_status": payment.get("post_initiation_status"),
        "bank_transaction_reference": bank_reference(payment),
    }
    return _known(payload)


def _intent(intent: Document) -> dict[str, Any]:
    payload = {
        "amount": major(intent["amount"], intent["currency"]),
        "reason": intent["description"],
        "status": "INTENT_CREATED",
        "currency": intent["currency"],
        "metadata": intent["metadata"],
        "intent_id": intent["payment_intent_id"],
    }
    return _known(payload)


def _reconciliation(payment: Document, more: Document) -> dict[str, Any]:
    """Recorded; or as the sandbox had it before a recording was found."""
    amount, currency = major(payment["amount"], payment["currency"]), payment["currency"]
    status = payment["reconciliation"]
    if more["form"] == "with_deposit":
        ids = {"id": payment["id"], "status": status, "amount": amount, "currency": currency}
        return _known({**ids, "deposit_id": more["deposit_id"]})
    return {
        "amount": amount,
        "status": status,
        "currency": currency,
        "reference": bank_reference(payment) if status == "RECONCILED" else None,
        "consent_id": payment.get("consent_id"),
        "payment_id": payment["id"],
        "payment_intent_id": payment["payment_intent_id"],
        "additional_property": None,
        "payment_description": payment["reason"],
    }


def _source(source: Document) -> dict[str, Any]:
    return {
        "id": source["id"],
        "customer_id": source["customer_id"],
        "status": source["status"],
        "bank_identifier": source["bank_identifier"],
        "bank_name": banks.name_of(source["bank_identifier"]),
        "end_user_id": None,
    }


def _beneficiary(beneficiary: Document) -> dict[str, Any]:
    payload = {
        "id": beneficiary["id"],
        "customer_id": beneficiary["customer_id"],
        "payment_source_id": beneficiary["payment_source_id"],
        "payment_destination_id": beneficiary["payment_destination_id"],
        "status": beneficiary["status"],
        "end_user_id": beneficiary["end_user_id"],
        "payment_source_bank_identifier": beneficiary["bank_identifier"],
    }
    return _known(payload)


def _consent(consent: Document) -> dict[str, Any]:
    return {
        "id": consent["id"],
        "customer_id": consent["customer_id"],
        "status": consent["status"],
        "consent_type": "PAYMENT",
    }


def _account_on_file(payment: Document) -> dict[str, Any]:
    """Keys as of any payment, as far as it has them."""
    payload = {
        "id": payment["id"],
        "amount": major(payment["amount"], payment["currency"]),
        "reason": payment["reference"],
        "status": payment["status"],
        "currency": payment["currency"],
        "consent_id": payment["consent_id"],
        "customer_id": payment["customer_id"],
        "failure_code": payment["failure_code"],
        "failure_reason": payment["failure_reason"],
        "payment_destination_id": payment["account_id"],
        "type": "ACCOUNT_ON_FILE",
    }
    return _known(payload)


_PAYLOADS: Mapping[str, Callable[..., dict[str, Any]]] = {
    PAYMENT_CREATED: _payment,
    PAYMENT_UPDATED: _payment,
    INTENT_CREATED: _intent,
    RECONCILIATION_UPDATED: _reconciliation,
    SOURCE_CREATED: _source,
    BENEFICIARY_CREATED: _beneficiary,
    BENEFICIARY_UPDATED: _beneficiary,
    CONSENT_UPDATED: _consent,
}


def body(notice: Notice, event_id: str, at: Instant) -> dict[str, object]:
    """The JSON value of a notice."""
    is_on_file = notice.subject[1] == ACCOUNT_ON_FILE
    payload_of = _account_on_file if is_on_file else _PAYLOADS[notice.event]
    return {
        "type": notice.event,
        "message": _MESSAGES[notice.event],
        "payload": payload_of(*notice.documents),
        "event_id": event_id,
        "timestamp": timestamp(at),
    }


def sign(raw: bytes, secret: str, _: Notice) -> tuple[str, str]:
    """HMAC-SHA512 of the raw body (documented)."""
    return "lean-signature", "sha512=" + hmac.new(secret.encode(), raw, hashlib.sha512).hexdigest()


def _tells_of_payment(notice: Notice, payment_id: str) -> bool:
    """Whether it is about a payment, or about a refund of it."""
    _, kind, subject = notice.subject
    told = notice.documents[0].get("payment_id") if kind == "refund" else subject
    return bool(told == payment_id)


def _tells_of_refund(notice: Notice, refund_id: str) -> bool:
    return notice.subject[1:] == ("refund", refund_id)


WEBHOOKS = Webhooks(
    events=tuple(_MESSAGES),
    channels=("",),
    retries=RETRIES,
    body=body,
    sign=sign,
    secret=lambda _: SECRET,
    signer=lambda _: f"{SECRET}, as no other secret is set",
    algorithm="HMAC-SHA512",
    where={
        "payment_id": REFUND_WHERE["payment_id"]._replace(matches=_tells_of_payment),
        "refund_id": REFUND_WHERE["refund_id"]._replace(matches=_tells_of_refund),
    },
)
