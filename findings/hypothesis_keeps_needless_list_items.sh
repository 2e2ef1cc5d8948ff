#!/usr/bin/env bash
# Hypothesis 6.170.15: a shrunk list keeps items that it does not need, where an item takes more than five draws.
#
# Guessed: the shrinker first leaves out all items of a list that the failure does not need, whatever an item is.
# Seen: a list of numbers, of which one of two is wrong, shrinks to that one number with each of 20 seeds. If the same
# numbers are written as six booleans, so that an item takes six draws, a quarter of the seeds keep one to four items
# more. Those are as simple as can be ([(False, …), (False, …), …]), and look as if the failure needed them.
# To do: draw an item in a few choices (an index, sampled_from), or take an item out yourself and look whether it
# still fails, before you believe that a list of structures is minimal.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check hypothesis==6.170.15
cd "$folder"
cat > shrinks.py <<'PY'
from hypothesis import Verbosity, given, seed, settings, strategies as st

WRONG = (37, 41)
ITEMS = {
    "integers(0, 63)": st.integers(0, 63),
    "six booleans": st.tuples(*[st.booleans()] * 6).map(lambda bits: sum(b << n for n, b in enumerate(bits[::-1]))),
}


def least(item, number):
    @seed(number)
    @settings(max_examples=2000, database=None, print_blob=False, verbosity=Verbosity.quiet)
    @given(st.lists(item, max_size=6))
    def test(items):
        seen.append(items)
        assert not any(wrong in items for wrong in WRONG)

    seen = []
    try:
        test()
    except AssertionError:
        pass
    return seen[-1]  # Hypothesis runs the least example once more at the end


for name, item in ITEMS.items():
    left = [least(item, number) for number in range(20)]
    assert all(set(items) & set(WRONG) for items in left)
    sizes = [len(items) for items in left]
    print(f"{name}: {sizes.count(1)} of 20 seeds leave one item; the longest list left is {max(left, key=len)}")
PY
"$folder/venv/bin/python" shrinks.py | tee seen
grep -q '^integers(0, 63): 20 of 20 seeds leave one item' seen
grep -q '^six booleans: 20 of 20' seen && { echo "changed: needless items are left out now"; exit 1; }
grep -q '^six booleans: [0-9]* of 20' seen
