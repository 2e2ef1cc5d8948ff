#!/usr/bin/env bash
# pip-audit 2.10.1: a package that its database does not know is no failure, and looks like a good one.
#
# Guessed: exit status 1, or a last line that says so.
# Seen: "No known vulnerabilities found" and exit status 0, with the package in a table of those that were
# skipped. Behind a mirror that serves packages but not the index's vulnerability data, all packages are
# skipped, and the step of a CI that looks for vulnerabilities is green for ever.
# To do: --strict, or count "skip_reason" in its JSON.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check pip-audit==2.10.1
echo "a-package-of-our-own-that-no-index-has==1.0" > "$folder/requirements.txt"
audit() { "$folder/bin/pip-audit" --disable-pip --no-deps -r "$folder/requirements.txt" "$@"; }
said=$(audit 2>&1); echo "$said"; echo "exit status 0"
grep -q "No known vulnerabilities found" <<<"$said"
grep -q "could not be audited" <<<"$said"
! audit --strict 2>/dev/null
