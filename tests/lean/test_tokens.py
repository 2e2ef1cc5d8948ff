"""What stands in a token, and that no other token will do."""

from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.lean import auth
from tests.kit import Box

FORM = {"client_id": "my-app", "client_secret": "s", "grant_type": "client_credentials"}
CUSTOMER = "3eb56f0c-cfa1-4a37-b1bd-0de76209b219"
API_SCOPES = (
    "customer.read customer.write destination.write report.read bank.read webhook.read "
    "payment.read intent.write destination.read payout.write deposit.read report.write "
    "data.read payout.read reconciliation.read file.read"
).split()
CUSTOMER_SCOPES = (
    "customer.read beneficiary.write payment.write payment.read destination.read connect.write "
    "connect.read application.read bank.read key.read"
).split()


def shipped_key() -> RSAPrivateKey:
    key = load_pem_private_key((Path(auth.__file__).parent / "test-key.pem").read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def issued(box: Box, scope: str = "api") -> tuple[dict[str, Any], dict[str, Any]]:
    """A token's header and claims, its signature checked with the key that ships."""
    answer = requests.post(f"{box.url}/oauth2/token", data={**FORM, "scope": scope})
    decoded = jwt.decode_complete(
        answer.json()["access_token"], shipped_key().public_key(), ["RS256"], audience=box.url
    )
    return decoded["header"], decoded["payload"]


@pytest.mark.parametrize(
    ("scope", "scopes", "of"),
    [
        ("api", API_SCOPES, {}),
        (f"customer.{CUSTOMER}", CUSTOMER_SCOPES, {"customers": [{"id": CUSTOMER}]}),
    ],
)
def test_a_token_holds_the_recorded_claims_and_no_others(
    box: Box, scope: str, scopes: list[str], of: dict[str, Any]
) -> None:
    header, claims = issued(box, scope)
    moments = {claims.pop(name) for name in ("iat", "nbf")}

    assert (header.pop("alg"), bool(header.pop("kid")), header) == ("RS256", True, {})
    assert claims.pop("applications") == [{"id": "my-app"}]
    assert claims.pop("exp") - 3600 in moments
    assert len(moments) == 1
    assert claims.pop("jti")
    assert claims == {"sub": "my-app", "aud": box.url, "iss": box.url, "scope": scopes, **of}


def test_no_two_tokens_have_one_id(box: Box) -> None:
    assert len({issued(box)[1]["jti"] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    ("change", "key", "http"),
    [
        ({}, "shipped", 200),
        ({"exp": -1}, "shipped", 401),
        ({}, "another", 401),
        ({}, "none", 401),
    ],
    ids=["as-issued", "expired", "signed-by-another", "unsigned"],
)
def test_a_token_is_let_in_while_it_lives_and_if_the_sandbox_signed_it(
    box: Box, change: dict[str, int], key: str, http: int
) -> None:
    """`change` is counted from the moment of issue. The first shows that it is no other fault."""
    header, claims = issued(box)
    claims |= {name: claims["iat"] + seconds for name, seconds in change.items()}
    headers = {"kid": header["kid"]}
    if key == "none":
        token = jwt.encode(claims, "", "none", headers)
    else:
        signer = shipped_key() if key == "shipped" else generate_private_key(65537, 2048)
        token = jwt.encode(claims, signer, "RS256", headers)
    for more in ({}, {"lean-app-token": "my-app"}):
        answer = box.anyone.get(
            "/payouts/refunds/reasons", headers={"Authorization": f"Bearer {token}", **more}
        )
        assert answer.status_code == http, more


@pytest.mark.parametrize("exp", ["soon", [], {}, True, None, float("nan")])
def test_a_token_that_expires_at_no_moment_is_none(box: Box, exp: Any) -> None:
    """The key is public, so a test may sign what it likes with it."""
    header, claims = issued(box)
    token = jwt.encode({**claims, "exp": exp}, shipped_key(), "RS256", {"kid": header["kid"]})
    headers = {"Authorization": f"Bearer {token}"}

    assert box.anyone.get("/payouts/refunds/reasons", headers=headers).status_code == 401


def test_a_token_of_over_4096_characters_is_none_and_is_not_kept(box: Box) -> None:
    header, claims = issued(box)

    def sent(rest: int) -> tuple[int, int]:
        """How a token with so much more in it is answered, and how many more are kept then."""
        more = {**claims, "rest": "x" * rest}
        token = jwt.encode(more, shipped_key(), "RS256", {"kid": header["kid"]})
        kept = auth._read.cache_info().currsize
        reasons = "/payouts/refunds/reasons"
        answer = box.anyone.get(reasons, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, auth._read.cache_info().currsize - kept

    auth._read.cache_clear()
    assert sent(1000) == (200, 1)
    assert sent(4000) == (401, 0)


@pytest.mark.parametrize(
    ("host", "issuer"), [("refund_sandbox:8426", "http://refund_sandbox:8426"), ("", None)]
)
def test_a_token_is_issued_where_it_was_asked_for(box: Box, host: str, issuer: str | None) -> None:
    form = {**FORM, "scope": "api"}
    answer = requests.post(f"{box.url}/oauth2/token", data=form, headers={"Host": host})
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["iss"], claims["aud"]) == (issuer or box.url, issuer or box.url)
