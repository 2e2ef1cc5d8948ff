"""What can't be read is said in plain words, whoever is asked."""

import pytest

from tests.kit import Box

PYTHONS_OWN = (
    "Expecting",
    "codec",
    "Extra data",
    "Unterminated",
    "Invalid ",
    "char ",
    "surrogates",
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"by": }', "wrong at line 1, column 8"),
        (b"{}\n{}", "wrong at line 2, column 1"),
        (b'{"by": "1d', "wrong at line 1, column 8"),
        (b'{"by": "\\x"}', "wrong at line 1, column 9"),
        (b"\x80{}", "not UTF-8 at byte 1"),
        (b'{"by": "\\ud800"}', "half a character, written as a lone surrogate"),
        (b'{"by": NaN}', "NaN is not a JSON number"),
        (b"[" * 51 + b"]" * 51, "nested deeper than 50"),
    ],
)
def test_a_body_that_is_not_json_is_refused_in_plain_words(
    box: Box, body: bytes, reason: str
) -> None:
    admin = box.admin.post("/clock/advance", body)
    lean = box.lean.post("/payouts/refunds", body)
    lahza = box.lahza.post("/refund", body, headers={"Content-Type": "application/json"})

    assert [answer.status_code for answer in (admin, lean, lahza)] == [400, 400, 400]
    assert admin.json()["detail"] == f"the body is not JSON: {reason}"
    assert reason in lean.json()["message"]
    assert lahza.json()["message"] == "Invalid request body"
    for answer in (admin, lean):
        assert not any(word in answer.text for word in PYTHONS_OWN)
