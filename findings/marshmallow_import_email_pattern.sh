#!/usr/bin/env bash
# marshmallow 4.4.0: half of its import goes into one pattern, for e-mail addresses it never checks.
#
# Guessed: what an import of marshmallow takes is spread over its modules, and about the same in 4.2.3 and later.
# Seen: since 4.2.4 the pattern of Email's domains has a wide range of letters and ignores case. It is
# compiled when marshmallow is imported, and takes most of that import, though no field of the kind exists:
# 27 of 53 ms, where no pattern of 4.2.3 takes 1 ms.
# To do: where the start counts (a command, a function in a cloud), measure the import after each upgrade.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
share() {
  "$folder/bin/pip" install --quiet --disable-pip-version-check "marshmallow==$1"
  "$folder/bin/python" - "$1" <<'PY'
import re
import sys
import time
from typing import Any

spent: list[tuple[float, str]] = []
compile_pattern = re.compile


def timed(pattern: Any, flags: int = 0) -> Any:
    begun = time.process_time()
    try:
        return compile_pattern(pattern, flags)
    finally:
        spent.append((time.process_time() - begun, str(pattern)))


re.compile = timed
begun = time.process_time()
import marshmallow.validate  # noqa: E402

whole = time.process_time() - begun
re.compile = compile_pattern
domains = marshmallow.validate.Email.DOMAIN_REGEX
dearest, pattern = max(spent)
print(
    f"marshmallow {sys.argv[1]}: import {whole * 1e3:.0f} ms; its dearest pattern {dearest * 1e3:.1f} ms,"
    f" that of e-mail domains: {pattern == domains.pattern}"
)
is_dear = dearest > 0.25 * whole and pattern == domains.pattern
sys.exit(0 if is_dear == (sys.argv[1] != "4.2.3") else 1)
PY
}
share 4.2.3
share 4.4.0
