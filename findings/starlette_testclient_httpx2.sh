#!/usr/bin/env bash
# starlette 1.10.0: its TestClient becomes another library's as soon as httpx2 is installed.
#
# Guessed: TestClient is built on httpx, as it has been since 0.21, so `except httpx.HTTPStatusError` around a
# view that raises for its status works, and so do tools that know httpx's own classes.
# Seen: it takes httpx2 where that can be imported, whoever installed it. Then its answers are no httpx.Response, and
# its errors no httpx.HTTPError: the same test fails once some other package brings httpx2 along. Where it is
# not there, the import warns with a UserWarning (no DeprecationWarning), so that `-W error::DeprecationWarning`
# does not see it, and `-W error` stops the collection.
# To do: lock both; in a test's helper ask for `status_code`, and not for the class of an answer or of an error.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
pip() { "$folder/bin/pip" install --quiet --disable-pip-version-check "$@"; }
show() {
  "$folder/bin/python" - "$1" <<'PY'
import sys
import warnings

import httpx

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    from starlette.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

app = Starlette(routes=[Route("/refund", lambda request: Response(status_code=429))])
answer = TestClient(app).get("/refund")
try:
    answer.raise_for_status()
except Exception as error:
    is_caught = isinstance(error, httpx.HTTPError)
kinds = [warning.category.__mro__[1].__name__ for warning in seen]
is_known = isinstance(answer, httpx.Response)
print(f"{sys.argv[1]}: httpx.Response {is_known}, caught as httpx.HTTPError {is_caught}, warned {kinds}")
wanted = (False, False, []) if "httpx2" in sys.argv[1] else (True, True, ["UserWarning"])
sys.exit(0 if (is_known, is_caught, kinds) == wanted else 1)
PY
}
pip starlette==1.10.0 httpx==0.28.1
show "with httpx 0.28.1 alone"
pip httpx2==2.16.2
show "with httpx2 2.16.2 beside it"
