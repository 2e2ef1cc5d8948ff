"""Tokens, application tokens, and which of them let a call in."""

from typing import Any

import jwt
import pytest
import requests

from sandbox.settings import Settings
from tests.kit import Box, serving

FORM = {"client_id": "my-app", "client_secret": "s", "grant_type": "client_credentials"}


def token(box: Box, **values: str) -> requests.Response:
    return requests.post(f"{box.url}/oauth2/token", data={**FORM, "scope": "api", **values})


def test_a_token_for_the_api(box: Box) -> None:
    body = token(box).json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    header = jwt.get_unverified_header(body["access_token"])

    assert list(body) == ["access_token", "scope", "token_type", "expires_in"]
    assert [body[key] for key in list(body)[1:]] == ["api", "Bearer", 3599]
    assert (header["alg"], bool(header["kid"])) == ("RS256", True)
    assert claims["sub"] == "my-app"
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["applications"] == [{"id": "my-app"}]
    assert {"payout.write", "payout.read", "reconciliation.read"} < set(claims["scope"])
    assert {"aud", "iss", "nbf", "jti"} < set(claims)


def test_a_token_for_a_customer(box: Box) -> None:
    customer = "3eb56f0c-cfa1-4a37-b1bd-0de76209b219"
    body = token(box, scope=f"customer.{customer}").json()
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})

    assert body["scope"] == f"customer.{customer}"
    assert claims["customers"] == [{"id": customer}]
    assert "payment.write" in claims["scope"]


@pytest.mark.parametrize(
    ("values", "http", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"scope": "everything"}, 400, "invalid_scope"),
        ({"scope": "customer.me"}, 400, "invalid_scope"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "c" * 256}, 401, "invalid_client"),
        ({"client_id": "ب" * 255}, 400, "invalid_request"),
    ],
)
def test_a_refused_token(box: Box, values: dict[str, str], http: int, error: str) -> None:
    answer = token(box, **values)

    assert (answer.status_code, answer.json()) == (http, {"error": error})


def test_the_longest_client_id_gets_a_token_that_lets_it_in(box: Box) -> None:
    answer = token(box, client_id="c" * 255)
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    assert box.anyone.get("/payouts/refunds/reasons", headers=bearer).status_code == 200


def test_who_is_let_in(box: Box) -> None:
    bearer = f"Bearer {token(box).json()['access_token']}"
    forged = jwt.encode({"sub": "my-app"}, "a" * 32, algorithm="HS256")
    cases: list[tuple[dict[str, str], int]] = [
        ({"Authorization": bearer}, 200),
        ({"lean-app-token": "anything"}, 200),
        ({"Authorization": bearer, "lean-app-token": "anything"}, 200),
        ({"Authorization": "Bearer nonsense", "lean-app-token": "anything"}, 401),
        ({"Authorization": f"Bearer {forged}"}, 401),
        ({"Authorization": bearer.removeprefix("Bearer ")}, 401),
        ({"lean-app-token": ""}, 401),
        ({}, 401),
    ]
    for headers, http in cases:
        answer = box.anyone.get("/payouts/refunds/reasons", headers=headers)
        assert answer.status_code == http, headers
        if http == 401:
            assert answer.json()["status"] == "UNAUTHORIZED"


def test_a_token_outlives_resets_restarts_and_clock_moves(box: Box) -> None:
    headers = {"Authorization": f"Bearer {token(box).json()['access_token']}"}
    box.advance("30d")
    box.admin.post("/reset")
    assert box.anyone.get("/payouts/refunds/reasons", headers=headers).status_code == 200
    with serving(Settings()) as another:
        answer = another.anyone.get("/payouts/refunds/reasons", headers=headers)
        assert answer.status_code == 200


def test_only_the_clients_that_were_named(box: Box) -> None:
    other: Any = f"Bearer {token(box).json()['access_token']}"
    ours = Settings(credentials={"lean": {"client_id": "us", "client_secret": "ours"}})
    with serving(ours) as named:
        assert token(named).status_code == 401
        assert token(named, client_id="us", client_secret="theirs").status_code == 401
        mine = token(named, client_id="us", client_secret="ours").json()["access_token"]
        for headers, http in (
            ({"Authorization": f"Bearer {mine}"}, 200),
            ({"Authorization": other}, 401),
            ({"lean-app-token": "us"}, 200),
            ({"lean-app-token": "them"}, 401),
        ):
            answer = named.anyone.get("/payouts/refunds/reasons", headers=headers)
            assert answer.status_code == http
