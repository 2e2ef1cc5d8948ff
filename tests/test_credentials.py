"""How credentials are compared, whichever door they come to."""

import hmac
from collections.abc import Mapping

import pytest
import requests

from sandbox.settings import Settings
from tests.kit import serving

OURS = Settings(
    credentials={
        "lean": {"client_id": "our-client", "client_secret": "our-secret"},
        "lahza": {"secret_key": "sk_test_ours"},
    }
)
FORM = {"grant_type": "client_credentials", "scope": "api"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "form", "compared"),
    [
        ("GET", "/payouts/refunds", {"lean-app-token": "théirs"}, {}, "our-client"),
        ("GET", "/refund", {"Authorization": "Bearer sk_test_théirs"}, {}, "sk_test_ours"),
        (
            "POST",
            "/oauth2/token",
            {},
            {**FORM, "client_id": "théirs", "client_secret": "x"},
            "our-client",
        ),
        (
            "POST",
            "/oauth2/token",
            {},
            {**FORM, "client_id": "our-client", "client_secret": "théirs"},
            "our-secret",
        ),
    ],
    ids=["app-token", "secret-key", "client", "client-secret"],
)
def test_a_credential_is_compared_in_a_time_that_tells_nothing(
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    headers: Mapping[str, str],
    form: Mapping[str, str],
    compared: str,
) -> None:
    """Of any text, not of ASCII alone."""
    seen: list[bytes] = []

    def compare(given: bytes, only: bytes) -> bool:
        seen.append(only)
        return hmac.compare_digest(given, only)

    monkeypatch.setattr("sandbox.settings.compare_digest", compare)
    with serving(OURS) as box:
        sent = {name: value.encode() for name, value in headers.items()}
        answer = requests.request(method, box.url + path, headers=sent, data=form, timeout=30)

    assert answer.status_code == 401
    assert compared.encode() in seen
