#!/usr/bin/env bash
# Hypothesis 6.170.15: a derandomized test draws other examples once another module of the project is imported.
#
# Guessed: with `derandomize=True` a test that has not changed draws the same examples.
# Seen: Hypothesis collects the numbers and texts that stand in the project's own modules that are imported, and
# draws some of them. A module with a new text and a new number, which the test does not use, changes what text(),
# integers() and even sampled_from(range(1000)) draw; integers(1, 3), in which the number does not lie, stays.
# So a run can be repeated only as long as no file of the project changes; and a fuzzer on top of it
# (Schemathesis with --generation-deterministic) sends other requests after a commit that has nothing to do with them.
# To do: keep the example that failed (@example, @reproduce_failure or your own text of it), not the seed alone.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check hypothesis==6.170.15
cd "$folder"
cat > draws.py <<'PY'
import sys
from hashlib import sha256

from hypothesis import given, settings, strategies as st

if "import" in sys.argv:
    import unused  # noqa: F401

STRATEGIES = {
    "text()": st.text(),
    "integers()": st.integers(),
    "sampled_from(range(1000))": st.sampled_from(range(1000)),
    "integers(1, 3)": st.integers(1, 3),
}
for name, strategy in STRATEGIES.items():
    drawn = []

    @settings(derandomize=True, database=None, max_examples=300)
    @given(strategy)
    def test(value):
        drawn.append(value)

    test()
    print(sha256(repr(drawn).encode()).hexdigest()[:12], name)
PY
echo 'NAMES = ["zebra crossing", 617]' > unused.py
export PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
venv/bin/python draws.py > first; venv/bin/python draws.py > again; venv/bin/python draws.py import > other
cat first; echo "with a module more:"; cat other
cmp first again
changed=$(diff first other | grep -c '^>' || true)
[ "$changed" = 3 ] && tail -n 1 first | cmp - <(tail -n 1 other)
