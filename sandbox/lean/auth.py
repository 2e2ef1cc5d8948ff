"""Lean's credentials: bearer tokens of the sandbox's own making, and application tokens.

Tokens are checked without state, so they outlive resets and restarts; they live by the machine's
time, as clients count. The key pair that signs them ships with the sandbox and is no secret.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.engine.provider.rules import Call
from sandbox.engine.time.clock import wall
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import SECOND, Instant
from sandbox.lean.errors import LeanError, TokenError, forbidden, unauthorized
from sandbox.lean.wire import to_uuid
from sandbox.settings import Settings, is_accepted

TARGET = "lean.credentials"
LIFETIME = 3600
"""Seconds."""
LONGEST_CLIENT = 255
"""Characters of a client id."""
LONGEST_TOKEN = 4096
"""Characters; the tokens that are known are kept by their text."""
API_SCOPES = (
    "customer.read customer.write destination.write report.read bank.read webhook.read "
    "payment.read intent.write destination.read payout.write deposit.read report.write "
    "data.read payout.read reconciliation.read file.read"
).split()
CUSTOMER_SCOPES = (
    "customer.read beneficiary.write payment.write payment.read destination.read connect.write "
    "connect.read application.read bank.read key.read"
).split()
SCOPES = sorted({*API_SCOPES, *CUSTOMER_SCOPES})
VARIABLES = {
    "client_id": "the only client id, and the only `lean-app-token`, that is accepted",
    "client_secret": "the only client secret",
}
"""The credentials that the environment may restrict."""


def only_client(settings: Settings) -> str | None:
    """The only client id that is accepted; None: any is."""
    return settings.only("lean", "client_id")


def issue(settings: Settings, form: Mapping[str, str], address: str, serial: str) -> dict[str, Any]:
    """The answer of `POST /oauth2/token`.

    Args:
        settings: which client is accepted.
        form: client_id, client_secret, grant_type, scope.
        address: the sandbox's own, for `aud` and `iss`.
        serial: something that no other token has, for `jti`.

    Raises:
        TokenError: the grant, the client or the scope is not accepted, or the token would be too
            long.
    """
    if form.get("grant_type") != "client_credentials":
        raise TokenError(400, "unsupported_grant_type")
    if not _is_client(settings, form):
        raise TokenError(401, "invalid_client")
    client_id, scope = form["client_id"], form.get("scope", "")
    claims: dict[str, Any]
    if scope == "api":
        claims = {"scope": API_SCOPES}
    else:
        claims = {"scope": CUSTOMER_SCOPES, "customers": [{"id": _customer(scope)}]}
    claims["applications"] = [{"id": client_id}]
    token = _sign(client_id, claims, address, serial)
    if len(token) > LONGEST_TOKEN:
        raise TokenError(400, "invalid_request")
    return {
        "access_token": token,
        "scope": scope,
        "token_type": "Bearer",
        "expires_in": LIFETIME - 1,
    }


def _is_client(settings: Settings, form: Mapping[str, str]) -> bool:
    """Whether a client is the one that is accepted, or any is."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    return (
        1 <= len(client_id) <= LONGEST_CLIENT
        and secret != ""
        and is_accepted(client_id, only_client(settings))
        and is_accepted(secret, settings.only("lean", "client_secret"))
    )


def _customer(scope: str) -> str:
    kind, _, customer_id = scope.partition(".")
    try:
        if kind == "customer":
            return to_uuid(customer_id)
    except ValueError:
        pass
    raise TokenError(400, "invalid_scope")


def _sign(client_id: str, claims: Mapping[str, Any], address: str, serial: str) -> str:
    import jwt

    now = wall()
    issued = now // SECOND
    payload = {
        "sub": client_id,
        "aud": address,
        "iss": address,
        "nbf": issued,
        "iat": issued,
        "exp": issued + LIFETIME,
        "jti": _token_id(now, serial),
        **claims,
    }
    header = {"kid": _KEY_ID, "typ": None}
    return jwt.encode(payload, _private_key(), algorithm="RS256", headers=header)


def _token_id(now: Instant, serial: str) -> str:
    """A UUID that begins with the moment of issue: `iat` alone can't tell within a second."""
    digest = uuid_of(f"{now}/{serial}")
    text = f"{now:014x}"
    return f"{text[:8]}-{text[8:12]}-7{text[12:14]}{digest[17]}-{digest[19:]}"


def _issued_at(token_id: str) -> Instant:
    return int(token_id[:8] + token_id[9:13] + token_id[15:17], 16)


_KEY_ID = "refund-sandbox-test-key"


@lru_cache(maxsize=1)
def _private_key() -> Any:
    from cryptography.hazmat.primitives.serialization import (
        load_pem_private_key,
    )

    return load_pem_private_key((Path(__file__).parent / "test-key.pem").read_bytes(), None)


def _claims(authorization: str) -> Mapping[str, Any] | None:
    """A bearer token's claims, if the sandbox signed it, whether or not it has expired."""
    kind, _, token = authorization.partition(" ")
    token = token.strip()
    return _read(token) if kind.lower() == "bearer" and len(token) <= LONGEST_TOKEN else None


def looks_like_leans(authorization: str | None, app_token: str | None) -> bool:
    """Whether credentials have the form of Lean's, good or bad: any application token, or a JWT."""
    return app_token is not None or bool(authorization and _JWT.match(authorization))


_JWT = re.compile(r"Bearer +eyJ[\w-]*\.[\w-]*\.", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _read(token: str) -> Mapping[str, Any] | None:
    import jwt

    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            _private_key().public_key(),
            algorithms=["RS256"],
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_iss": False,
                "require": ["sub", "exp", "jti"],
            },
        )
        _issued_at(claims["jti"])
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    is_one = isinstance(claims["exp"], int | float) and isinstance(claims["sub"], str)
    return claims if is_one else None


def holds(
    settings: Settings, authorization: str | None, app_token: str | None, form: Mapping[str, str]
) -> bool:
    """Whether credentials let a call in, whatever its world makes of them.

    Args:
        settings: which are accepted.
        authorization: the bearer token's header.
        app_token: the application's.
        form: with client_id and client_secret, where a client asks for a token.
    """
    if "client_id" in form:
        return _is_client(settings, form)
    try:
        _granted(settings, authorization, app_token)
    except LeanError:
        return False
    return True


def worlds_named(
    settings: Settings, authorization: str | None, app_token: str | None, form: Mapping[str, str]
) -> list[str]:
    """The worlds that accepted credentials name, as the client `world-<name>` does."""
    claims = _claims(authorization or "")
    clients = [claims["sub"] if claims else None, app_token, form.get("client_id")]
    accepted = [each for each in clients if each and is_accepted(each, only_client(settings))]
    return [each.removeprefix(_WORLD) for each in accepted if each.startswith(_WORLD)]


_WORLD = "world-"


def is_for_a_customer(authorization: str) -> bool:
    """Whether a bearer token of the sandbox's was made for one customer."""
    claims = _claims(authorization)
    return claims is not None and "customers" in claims


def admit(
    call: Call,
    settings: Settings,
    authorization: str | None,
    app_token: str | None,
    scope: str,
    asked: Mapping[str, str],
) -> None:
    """Let a call in, or not; `asked` is its method and path.

    With both headers the bearer token decides. An application token alone has all the scopes of a
    bearer token for the API.

    Raises:
        LeanError: 401 without credentials that hold; 403 where they lack the scope; or a scenario
            ends them, or takes the scope away.
    """
    granted, issued = _granted(settings, authorization, app_token)
    seen = call.overlay(TARGET, asked)
    if issued is not None and issued < seen.get("valid_from", 0):
        call.acted(TARGET, asked, "valid_from")
        raise unauthorized()
    if scope not in granted:
        raise forbidden()
    if seen.get("missing_scope") in ("any", scope):
        call.acted(TARGET, asked, "missing_scope")
        raise forbidden()


def _granted(
    settings: Settings, authorization: str | None, app_token: str | None
) -> tuple[Collection[str], Instant | None]:
    """The scopes of credentials that hold, and when they were issued; None: they never expire."""
    if authorization is None:
        if not app_token or not is_accepted(app_token, only_client(settings)):
            raise unauthorized()
        return API_SCOPES, None
    claims = _claims(authorization)
    if (
        claims is None
        or not is_accepted(claims["sub"], only_client(settings))
        or not wall() // SECOND < claims["exp"]  # (NaN is no moment)
    ):
        raise unauthorized()
    scopes = claims.get("scope")
    return scopes if isinstance(scopes, list) else (), _issued_at(claims["jti"])
