"""The mistakes with Lean's calls of which the sandbox says what to do."""

import re
from collections.abc import Mapping

from sandbox.engine.provider.hints import Rule, Seen
from sandbox.engine.provider.resources import Resource
from sandbox.engine.values.instants import MINUTE, Duration, format_duration
from sandbox.lean import auth
from sandbox.lean.consent_terms import CONSENTS
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.destinations import DESTINATIONS
from sandbox.lean.errors import total_exceeded
from sandbox.lean.intents import INTENTS
from sandbox.lean.links import LINKS
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.payout_destinations import PAYOUT_DESTINATIONS
from sandbox.lean.payouts import PAYOUTS
from sandbox.lean.refunds import REFUNDS
from sandbox.lean.sessions import SESSIONS
from sandbox.lean.sources import SOURCES
from sandbox.lean.usages import USAGES
from sandbox.lean.wire import major

_CREATE = ("POST", "/payouts/refunds")
_TOKEN = "/oauth2/token"  # noqa: S105 (a path)
_SOON: Duration = MINUTE
"""How long after a refund another one like it may be a retry."""
_KINDS: Mapping[str, tuple[Resource, ...]] = {
    "consent": (CONSENTS,),
    "customer": (CUSTOMERS,),
    "payment": (PAYMENTS, PAYOUTS),
    "payment destination": (DESTINATIONS, PAYOUT_DESTINATIONS),
    "payment intent": (INTENTS,),
    "payment link": (LINKS,),
    "payment link usage": (USAGES,),
    "payment source": (SOURCES,),
    "refund": (REFUNDS,),
    "session": (SESSIONS,),
}
"""What errors call documents."""
_UNKNOWN = re.compile(r"There is no ([a-z ]+) with the id ([0-9a-f-]{36})")


def _is_unauthorized(seen: Seen) -> bool:
    return seen.entry.status == 401 and seen.entry.path != _TOKEN


def _has_no_credentials(seen: Seen) -> Mapping[str, object] | None:
    given = seen.header("Authorization") or seen.header("lean-app-token")
    return {} if _is_unauthorized(seen) and not given else None


def _is_no_bearer(seen: Seen) -> Mapping[str, object] | None:
    kind, _, _ = (authorization := seen.header("Authorization")).partition(" ")
    is_other = bool(authorization) and kind.lower() != "bearer"
    return {} if _is_unauthorized(seen) and is_other else None


def _is_for_a_customer(seen: Seen) -> Mapping[str, object] | None:
    if seen.entry.status != 403 or not auth.is_for_a_customer(seen.header("Authorization")):
        return None
    is_scripted = seen.entry.scenario is not None or seen.call.overlay(auth.TARGET, {})
    return None if is_scripted else {}


def _is_in_minor_units(seen: Seen) -> Mapping[str, object] | None:
    """Only where the amount is that of the payment, or what is left of it, in minor units."""
    if (seen.entry.method, seen.entry.path) != _CREATE or seen.message != total_exceeded().message:
        return None
    items = seen.json if isinstance(seen.json, list) else []
    for item in items:
        payment = PAYMENTS.collection(seen.call).get(str(item["payment_id"]).lower())
        if payment is None:
            continue
        left = payment["amount"] - REFUNDS.collection(seen.call).total("refunded", payment["id"])
        if item["amount"] in (payment["amount"], left):
            meant = major(int(item["amount"]), payment["currency"])
            return {"given": item["amount"], "meant": meant, "currency": payment["currency"]}
    return None


def _is_elsewhere(seen: Seen) -> Mapping[str, object] | None:
    named = _UNKNOWN.fullmatch(seen.message) if seen.entry.status == 404 else None
    if named is None:
        return None
    kind, doc_id = named.groups()
    kept = _KINDS.get(kind, ())
    world = seen.elsewhere(lambda call: any(each.collection(call).get(doc_id) for each in kept))
    return None if world is None else {"kind": kind, "world": world, "here": seen.world}


def _is_one_more(seen: Seen) -> Mapping[str, object] | None:
    """Only where the latest refund is this call's, and the one before it is like it."""
    if seen.entry.status != 201 or seen.header("idempotency-key"):
        return None
    with seen.call:
        latest = REFUNDS.collection(seen.call).select().page(0, 2)
    if len(latest) < 2:
        return None
    made, before = latest
    after = made["created_at"] - before["created_at"]
    if (
        any(made[key] != before[key] for key in ("payment_id", "amount"))
        or after > _SOON
        or made["refund_id"].encode() not in seen.entry.response
        or before["refund_id"].encode() in seen.entry.response
    ):
        return None
    return {"after": format_duration(after), "before": before["refund_id"]}


RULES = (
    Rule(
        "No credentials",
        "no credentials came: send lean-app-token, or Authorization: Bearer with a token of POST "
        "/oauth2/token",
        _has_no_credentials,
    ),
    Rule(
        "`Authorization` without `Bearer`",
        "Authorization wants the word Bearer before the token",
        _is_no_bearer,
    ),
    Rule(
        "A customer's token where one for the API is wanted",
        "this token is for one customer: ask POST /oauth2/token for one with scope=api",
        _is_for_a_customer,
    ),
    Rule(
        "The amount of a refund in minor units, where that is evident: it is all of the payment, "
        "or all that is left of it",
        "amounts are in major units here: {meant} {currency}, not {given}",
        _is_in_minor_units,
    ),
    Rule(
        "An id of another world",
        "the world {world} of this server has a {kind} with this id, and the call went to {here}",
        _is_elsewhere,
    ),
    Rule(
        "The same refund once more, within a minute and without an `idempotency-key`",
        "this made another refund, {after} after {before} of the same payment and amount; if it "
        "was a retry, send both with one idempotency-key",
        _is_one_more,
        succeeds=(_CREATE,),
    ),
)
