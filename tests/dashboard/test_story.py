"""The page that shows a world's story."""

import re
from html import escape
from urllib.parse import quote

import pytest

from tests.dashboard.visiting import Visitor
from tests.kit import Box

PAGE = "world/story"
HOSTILE = "<b>bold</b>"
PAYMENT = "1ea00000-0000-4000-a000-000000000001"


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def test_it_shows_all_that_happened_or_what_is_about_one_refund(box: Box, visitor: Visitor) -> None:
    box.lahza_refund("fixture-success", amount=2500)
    refund = box.lean_refund(PAYMENT, external_reference="ORDER-17").json()[0]
    everything = visitor.see(PAGE)
    one = visitor.see(f"{PAGE}?subject=ORDER-17")

    assert re.findall(r'class="lane"[^>]*>([^<]+)', everything)[:3] == ["Your app", "Lean", "Lahza"]
    assert "POST /refund → 200" in everything
    assert "sequenceDiagram" in everything
    assert refund["refund_id"] in one
    assert "POST /refund → 200" not in one


def test_what_a_caller_wrote_is_shown_as_text(box: Box, visitor: Visitor) -> None:
    box.lean_refund(PAYMENT, external_reference=HOSTILE)

    for path in (PAGE, f"{PAGE}?subject={quote(HOSTILE)}"):
        page = visitor.get(path).text
        assert HOSTILE not in page
        assert escape(HOSTILE) in page


def test_an_unknown_subject_is_refused_beside_its_field(visitor: Visitor) -> None:
    answer = visitor.get(f"{PAGE}?subject=nobody")

    assert answer.status_code == 404
    assert 'id="subject-wrong"><bdi>there is no payment and no refund nobody' in answer.text


def test_no_other_page_brings_its_own_style(visitor: Visitor) -> None:
    policies = [
        visitor.get(page).headers["Content-Security-Policy"] for page in (PAGE, "world/time")
    ]

    assert ["'unsafe-inline'" in policy for policy in policies] == [True, False]
