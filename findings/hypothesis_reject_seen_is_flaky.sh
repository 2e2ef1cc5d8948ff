#!/usr/bin/env bash
# Hypothesis 6.170.15: a test that rejects the values it has seen already fails as flaky, though nothing fails in it.
#
# Guessed: `reject()` (or `assume(value not in seen)`) for a value that was tried before only costs another draw.
# Seen: after some ten thousand draws Hypothesis runs choices again that it ran before, and takes a test that accepted
# them at first and rejects them now for one that does not repeat: FlakyFailure, "Inconsistent results from replaying a
# test case". It takes a max_examples near the number of values that there are: of these 1,729, 200 pass and 4000 do not.
# To do: return early for what was seen, so that the same choices always end in the same way.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check hypothesis==6.170.15
cd "$folder"
cat > seen.py <<'PY'
from hypothesis import HealthCheck, Phase, given, reject, seed, settings, strategies as st


@st.composite
def one_of_twelve(draw):
    number = 0
    for _ in range(6):
        number = 2 * number + draw(st.booleans())
    return number * 12 >> 6


def run(most, is_rejected):
    seen = set()

    @seed(0)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(one_of_twelve(), max_size=3).map(tuple))
    def test(value):
        if value in seen and is_rejected:
            reject()
        seen.add(value)

    try:
        test()
    except BaseException as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return "passed"


for most in (200, 4000):
    for is_rejected in (True, False):
        print(most, "rejects:" if is_rejected else "returns:", run(most, is_rejected), flush=True)
PY
venv/bin/python seen.py 2>/dev/null | tee seen
grep -q '^200 rejects: passed' seen
grep -q '^4000 rejects: FlakyFailure: Inconsistent results from replaying a test case' seen
[ "$(grep -c 'returns: passed' seen)" = 2 ]
