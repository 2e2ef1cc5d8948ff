"""The mistakes with Lahza's calls of which the sandbox says what to do."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from sandbox.engine.provider.hints import Rule, Seen
from sandbox.engine.provider.rules import Call
from sandbox.engine.values import money
from sandbox.lahza import auth, transactions
from sandbox.lahza.errors import reference_not_found, refund_not_found, transaction_not_found
from sandbox.lahza.refunds import REFUNDS
from sandbox.lahza.wire import DOMAINS

_NOT_FOUND = {
    error.message
    for error in (transaction_not_found(), reference_not_found(404), refund_not_found())
}
_PUBLIC = re.compile(r"(?:bearer +)?pk_(test|live)_", re.ASCII | re.IGNORECASE)
_DECIMALS = 2


def _key(seen: Seen) -> tuple[str, str]:
    """How the key came, `bearer` for example, and the key itself."""
    kind, _, key = seen.header("Authorization").partition(" ")
    return kind.lower(), key.strip()


def _has_no_key(seen: Seen) -> Mapping[str, object] | None:
    return {} if seen.entry.status == 401 and not seen.header("Authorization") else None


def _is_public(seen: Seen) -> Mapping[str, object] | None:
    found = _PUBLIC.match(seen.header("Authorization")) if seen.entry.status == 401 else None
    return None if found is None else {"domain": found[1]}


def _is_no_bearer(seen: Seen) -> Mapping[str, object] | None:
    is_other = bool(seen.header("Authorization")) and _key(seen)[0] != "bearer"
    return {} if seen.entry.status == 401 and is_other else None


def _is_no_key(seen: Seen) -> Mapping[str, object] | None:
    kind, key = _key(seen)
    is_wrong = kind == "bearer" and auth.domain_of(key) is None
    return {} if seen.entry.status == 401 and is_wrong else None


def _is_json_in_a_form(seen: Seen) -> Mapping[str, object] | None:
    is_json = seen.entry.status == 400 and seen.is_form and isinstance(seen.json, dict)
    return {} if is_json else None


def _has_a_fraction(seen: Seen) -> Mapping[str, object] | None:
    if seen.entry.status != 400 or seen.entry.method != "POST":
        return None
    given = seen.fields.get("amount")
    try:
        amount = Decimal(given) if isinstance(given, Decimal | str) else Decimal(0)
        meant = money.to_minor(amount, _DECIMALS)
    except (InvalidOperation, ValueError, OverflowError):  # it means nothing in major units either
        return None
    is_fraction = meant > 0 and meant % 10**_DECIMALS != 0
    return {"given": given, "meant": meant} if is_fraction else None


def _what(call: Call, domain: str, value: str) -> str | None:
    """What a domain has by an id or a reference: a transaction, a refund, or nothing."""
    if transactions.lookup(call, domain, value) is not None:
        return "transaction"
    refund = REFUNDS.collection(call).get(value)
    return "refund" if refund is not None and refund["domain"] == domain else None


def _sought(seen: Seen) -> tuple[str, str] | None:
    """The domain of the key, and the id or the reference of which it has nothing."""
    domain = auth.domain_of(_key(seen)[1])
    if domain is None or seen.message not in _NOT_FOUND:
        return None
    is_create = (seen.entry.method, seen.entry.path) == ("POST", "/refund")
    named = seen.fields.get("transaction") if is_create else seen.entry.path.rpartition("/")[2]
    with seen.call:
        return None if _what(seen.call, domain, str(named)) else (domain, str(named))


def _is_in_the_other_domain(seen: Seen) -> Mapping[str, object] | None:
    if (sought := _sought(seen)) is None:
        return None
    with seen.call:
        for domain in set(DOMAINS) - {sought[0]}:
            if what := _what(seen.call, domain, sought[1]):
                return {"what": what, "domain": domain, "own": sought[0]}
    return None


def _is_elsewhere(seen: Seen) -> Mapping[str, object] | None:
    if (sought := _sought(seen)) is None:
        return None
    world = seen.elsewhere(lambda call: any(_what(call, domain, sought[1]) for domain in DOMAINS))
    return None if world is None else {"world": world, "here": seen.world}


RULES = (
    Rule(
        "No key",
        "no key came: send Authorization: Bearer sk_test_...",
        _has_no_key,
    ),
    Rule(
        "A public key, `pk_…`, in place of the secret one",
        "this is a public key: send the secret one, sk_{domain}_...",
        _is_public,
    ),
    Rule(
        "`Authorization` without `Bearer`",
        "Authorization wants the word Bearer before the key",
        _is_no_bearer,
    ),
    Rule(
        "Something that is no key",
        "a secret key begins with sk_test_ or sk_live_, and something follows",
        _is_no_key,
    ),
    Rule(
        "JSON that is sent as a form, as curl does by itself",
        "the body is JSON, and Content-Type says that it is a form: send Content-Type: "
        "application/json",
        _is_json_in_a_form,
    ),
    Rule(
        "An amount in major units, where that is evident: it has a fraction",
        "amounts are in minor units here: {meant}, not {given}",
        _has_a_fraction,
    ),
    Rule(
        "An id or a reference of the other domain",
        "the {domain} domain has such a {what}, and the key is of the {own} one: call with an "
        "sk_{domain}_ key",
        _is_in_the_other_domain,
    ),
    Rule(
        "An id or a reference of another world",
        "the world {world} of this server has it, and the call went to {here}",
        _is_elsewhere,
    ),
)
