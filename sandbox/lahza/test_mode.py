"""Lahza's test mode: one host for test and live, so the key alone tells them apart."""

from collections.abc import Mapping

from sandbox.http.test_mode import Fetch, TestMode

_TEST = "sk_test_"


def _key_problem(credentials: Mapping[str, str]) -> str | None:
    key = credentials["secret_key"]
    return None if key.startswith(_TEST) and key != _TEST else f"no test key: it must be {_TEST}…"


def _header_problem(authorization: str) -> str | None:
    kind, _, key = authorization.partition(" ")
    if kind.lower() != "bearer":
        return f"the Authorization must be Bearer {_TEST}…"
    return _key_problem({"secret_key": key.strip()})


def _sign_in(credentials: Mapping[str, str], _: Fetch) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {credentials['secret_key']}"}


TEST_MODE = TestMode(
    wanted=(("secret_key",),),
    own={"secret_key": "sk_test_compare"},
    host_problem=lambda _: None,
    key_problem=_key_problem,
    header_problem=_header_problem,
    sign_in=_sign_in,
    error_words=("message", "code", "type"),
)
