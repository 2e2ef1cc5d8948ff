"""Lean's own sandbox, with which this one can be compared."""

from collections.abc import Mapping

from sandbox.http.test_mode import GetToken, TestMode

_DOMAIN = "leantech.me"


def _is_live(host: str) -> bool:
    """Test mode has `sandbox` in the names of its hosts."""
    return (host == _DOMAIN or host.endswith(f".{_DOMAIN}")) and "sandbox" not in host.split(".")


def _headers(values: Mapping[str, str], get_token: GetToken) -> Mapping[str, str]:
    if "client_id" not in values:
        return {"lean-app-token": values["app_token"]} if "app_token" in values else {}
    asked = {name: values.get(name, "") for name in ("client_id", "client_secret")}
    asked |= {"grant_type": "client_credentials", "scope": "api"}
    return {"Authorization": f"Bearer {get_token('/oauth2/token', asked)}"}


TEST_MODE = TestMode(
    example="https://sandbox.leantech.me",
    is_live=_is_live,
    variables={
        "client_id": "LEAN_CLIENT_ID",
        "client_secret": "LEAN_CLIENT_SECRET",
        "app_token": "LEAN_APP_TOKEN",
    },
    own={"client_id": "sandbox", "client_secret": "sandbox", "app_token": "sandbox"},
    headers=_headers,
    errors=("status", "message", "error"),
    auth_paths=("/oauth2/token",),
)
