"""Of what requests ask, little is kept."""

from sandbox.http import pipeline
from tests.kit import Box


def test_the_rule_of_a_long_path_is_found_and_not_kept(box: Box) -> None:
    short = box.lahza.get("/refund/0")
    kept = pipeline._match.cache_info().currsize
    long = box.lahza.get(f"/refund/{'0' * 300}")

    assert (long.status_code, long.json()) == (short.status_code, short.json())
    assert pipeline._match.cache_info().currsize == kept
