"""Disturbances in words."""

import pytest

from sandbox.client import Sandbox
from sandbox.testing.words import in_words
from tests.kit import Box

SAID = {
    "answer-lost; how=cut; nth=1": "the answer to the 1st POST /refund was lost after it was "
    "carried out (the connection was cut)",
    "answer-lost; how=503-retry-after; nth=2": "the answer to the 2nd POST /refund was lost after "
    "it was carried out (a 503 with Retry-After came in its place)",
    "answer-lost; how=silence; delay=50ms; nth=3": "the answer to the 3rd POST /refund was lost "
    "after it was carried out (nothing came for 50ms, then a 504)",
    "rate-limited; provider=lahza; nth=11": "the 11th call of lahza was answered 429 and not "
    "carried out",
    "provider-down; method=GET; path=/refund/*; nth=21": "the 21st GET /refund/* was answered 503 "
    "and not carried out",
    "clock-jumps; by=2d; method=POST; nth=12": "2d passed before the 12th POST call",
    "refund-fails; nth=2": "the 2nd refund failed, 1h after it was processing",
    "refund-rejected-by-bank; at=approval; nth=2": "the 2nd refund failed before it reached the "
    "bank",
    "webhook-late; event=refund.processed; nth=2": "the 2nd refund.processed webhook came 1h late",
    "deposit-never-arrives; nth=2": "The deposit never arrives: the 2nd that matches",
}


@pytest.fixture
def sandbox(box: Box) -> Sandbox:
    return Sandbox(box.url, app=box.app)


def test_they_say_what_happened_to_what_and_whether_it_did(sandbox: Sandbox, box: Box) -> None:
    sandbox.weather.set(*SAID)
    with pytest.raises(OSError, match="closed"):
        box.lahza_refund(box.transaction(amount=5000), amount=100)
    first, *others = in_words(sandbox)

    assert first == SAID["answer-lost; how=cut; nth=1"]
    assert [said.removesuffix(" (this did not happen)") for said in others] == [*SAID.values()][1:]
    assert all(said.endswith(" (this did not happen)") for said in others)


def test_each_that_a_profile_draws_has_words_of_its_own(sandbox: Sandbox) -> None:
    drawn = {each["scenario"] for known in sandbox.weather.profiles() for each in known["draw"]}
    sandbox.weather.set(*drawn)
    assert not [said for said in in_words(sandbox) if "that matches" in said]
