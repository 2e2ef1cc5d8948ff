"""Lahza's test mode, with which the sandbox can be compared: its host is that of production."""

from collections.abc import Mapping

from sandbox.http.test_mode import GetToken, TestMode


def _headers(values: Mapping[str, str], _: GetToken) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {values['key']}"} if "key" in values else {}


TEST_MODE = TestMode(
    example="https://api.lahza.io",
    is_live=lambda _: False,  # the key tells
    variables={"key": "LAHZA_SECRET_KEY"},
    own={"key": "sk_test_sandbox"},
    headers=_headers,
    errors=("message", "code", "type"),
)
