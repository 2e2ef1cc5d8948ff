"""Lean's own sandbox: its hosts, and how a client is let in there."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from sandbox.http.test_mode import Fetch, NotAdmitted, TestMode
from sandbox.lean.responses import TOKEN

_DOMAIN = "leantech.me"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _host_problem(host: str) -> str | None:
    labels = host.split(".")
    if ".".join(labels[-2:]) == _DOMAIN and "sandbox" not in labels:
        return f"{host} is Lean's production; its sandbox is sandbox.{_DOMAIN}"
    return None


def _auth_url(url: str) -> str:
    """Lean's own sandbox hands out tokens at another host; any other server does it itself."""
    return url.replace("//sandbox.", "//auth.sandbox.") if url.endswith(_DOMAIN) else url


def _sign_in(credentials: Mapping[str, str], fetch: Fetch) -> Mapping[str, str]:
    if "app_token" in credentials:
        return {"lean-app-token": credentials["app_token"]}
    form = {**credentials, "grant_type": "client_credentials", "scope": "api"}
    status, body = fetch(TOKEN, _FORM, urlencode(form).encode())
    try:
        return {"Authorization": f"Bearer {json.loads(body)['access_token']}"}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotAdmitted(f"no access token is handed out: the answer is {status}") from error


TEST_MODE = TestMode(
    wanted=(("client_id", "client_secret"), ("app_token",)),
    own={"client_id": "compare", "client_secret": "compare", "app_token": "compare"},
    host_problem=_host_problem,
    key_problem=lambda _: None,  # (its hosts tell test from live)
    header_problem=lambda _: None,
    sign_in=_sign_in,
    error_words=("status", "message", "error"),
    auth_url=_auth_url,
)
