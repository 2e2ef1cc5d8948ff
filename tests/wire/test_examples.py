"""The sandbox puts on the wire what the examples show: `sandbox/*/wire_examples.yaml`."""

import pytest

from tests.kit import Box
from tests.wire.page import PAGE, page
from tests.wire.stories import EXAMPLES, Story

BY_HAND = [("lean", "Lean's own failure"), ("lahza", "Refunds")]
"""They take more than a call: test_lean.py and test_lahza.py show them."""
ALL = [(provider, name) for provider, examples in EXAMPLES.items() for name in examples]


@pytest.mark.parametrize(("provider", "name"), [each for each in ALL if each not in BY_HAND])
def test_an_example(serving_examples: Box, provider: str, name: str) -> None:
    Story(serving_examples, provider).begin(name).tell(name)


def test_none_is_left_out_that_is_not_shown_by_hand() -> None:
    assert set(BY_HAND) <= set(ALL)


def test_the_page_of_the_docs_is_what_the_examples_make() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: make wire"
