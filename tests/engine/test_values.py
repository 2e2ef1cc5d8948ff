"""Money, moments, durations and ids: exact both ways, and the same from the same seed."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.engine.values import money
from sandbox.engine.values.ids import Ids
from sandbox.engine.values.instants import (
    DAY,
    FIRST,
    HOUR,
    LAST,
    LONGEST,
    MINUTE,
    SECOND,
    format_duration,
    from_datetime,
    iso,
    parse_duration,
    parse_instant,
)
from sandbox.engine.values.words import nearest

_DECIMALS = st.integers(0, 3)

# Money ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(0, 10**15), _DECIMALS)
def test_money_comes_back_as_it_went(minor: int, decimals: int) -> None:
    major = money.to_major(minor, decimals)

    assert money.to_minor(Decimal(repr(major)), decimals) == minor
    assert isinstance(major, int) == (minor % 10**decimals == 0)


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False), _DECIMALS)
@example(Decimal("1.00000000000000000000000000000000001"), 2)
@example(Decimal("0E+9000"), 2)
@example(Decimal("0E-9000"), 2)
@example(Decimal("1E-400"), 2)
@example(Decimal("-15.340"), 2)
def test_an_amount_is_exact_or_refused(amount: Decimal, decimals: int) -> None:
    exact = Fraction(amount) * 10**decimals
    try:
        minor = money.to_minor(amount, decimals)
    except money.Inexact:
        assert exact.denominator != 1
    except OverflowError:
        assert abs(amount) > 10**18
    else:
        assert minor == exact


# Moments -------------------------------------------------------------------------------------

_INSTANTS = st.integers(FIRST, LAST)


@settings(deadline=None)
@given(_INSTANTS)
def test_a_moment_comes_back_as_it_was_written(instant: int) -> None:
    assert parse_instant(iso(instant)) == instant
    assert parse_instant(iso(instant, 3)) == instant - instant % 1000
    assert parse_instant(iso(instant, 0)) == instant - instant % SECOND
    assert [len(iso(instant, digits)) for digits in (0, 3, 6)] == [20, 24, 27]


@settings(deadline=None)
@given(
    st.datetimes(datetime(1971, 1, 1), datetime(8999, 1, 1)),  # noqa: DTZ001 (zones are drawn)
    st.integers(-14 * 60, 14 * 60),
)
def test_a_moment_is_the_same_in_every_zone(moment: datetime, minutes: int) -> None:
    there = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_instant(there.isoformat()) == from_datetime(there)
    assert iso(from_datetime(there))[:26] == there.astimezone(UTC).strftime(
        "%Y-%m-%dT%H:%M:%S.%f"
    ).zfill(26)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "now",
        "2027-01-01",
        "2027-01-01T00:00:00",
        "2027-13-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+00:01",
        "9000-01-01T00:00:00.000001Z",
        "9999-12-31T23:59:59-14:00",
        1800000000,
        None,
        True,
    ],
)
def test_what_is_no_moment_of_the_clocks_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"offset|years"):
        parse_instant(value)


# Durations -----------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(0, LONGEST))
@example(0)
@example(1)
@example(LONGEST)
def test_a_duration_comes_back_as_it_was_written(duration: int) -> None:
    assert parse_duration(format_duration(duration)) == duration


_PARTS = st.integers(0, 500)


@settings(deadline=None)
@given(_PARTS, _PARTS, _PARTS, _PARTS)
def test_every_text_of_a_duration_means_the_same(d: int, h: int, m: int, s: int) -> None:
    expected = d * DAY + h * HOUR + m * MINUTE + s * SECOND
    seconds = expected // SECOND

    for text in (
        f"{d}d{h}h{m}m{s}s",
        f"P{d}DT{h}H{m}M{s}S",
        seconds,
        str(seconds),
        f"{seconds}.0",
        Decimal(seconds),
        f"{seconds * 1000}ms",
    ):
        assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("250ms", 250_000),
        ("1.5h", 90 * MINUTE),
        ("2w", 14 * DAY),
        ("P2W", 14 * DAY),
        ("PT0.000001S", 1),
        (0.25, 250_000),
        (Decimal("0.000001"), 1),
    ],
)
def test_parts_and_units_of_durations(value: Any, expected: int) -> None:
    assert parse_duration(value) == expected


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0, "0s"),
        (30 * SECOND, "30s"),
        (5 * MINUTE, "5m"),
        (90 * MINUTE, "90m"),
        (DAY, "1d"),
        (14 * DAY, "14d"),
        (1500_000, "1500ms"),
        (1, "0.000001s"),
    ],
)
def test_a_duration_is_written_in_one_unit(duration: int, text: str) -> None:
    assert format_duration(duration) == text


@pytest.mark.parametrize(
    "value",
    [
        *["", "P", "PT", "P1M", "P1Y", "5 m", "m", "1x", "-5m", "1e3", "٣d", "1d " + "0" * 50],
        *[-1, -0.5, True, None, [], "9" * 30 + "d", 10**30, LONGEST // SECOND + 1],
    ],
)
def test_what_is_no_duration_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"duration|longer"):
        parse_duration(value)


# Ids -----------------------------------------------------------------------------------------

_DRAWS = st.lists(st.sampled_from(["a", "b", "a/1", "ab"]), max_size=40)


def _draw(ids: Ids, kind: str) -> tuple[str, int, str]:
    return (
        ids.uuid(f"{kind}.uuid"),
        ids.number(f"{kind}.number", 100),
        ids.letters(f"{kind}.letters", 16),
    )


@settings(deadline=None)
@given(_DRAWS, st.integers(0, 10**18 - 1))
def test_the_nth_id_of_a_kind_does_not_depend_on_other_kinds(draws: list[str], seed: int) -> None:
    mixed, drawn = Ids(seed), [(kind, Ids(seed)) for kind in set(draws)]
    found = [(kind, _draw(mixed, kind)) for kind in draws]

    for kind, alone in drawn:
        of_kind = [ids for other, ids in found if other == kind]
        assert of_kind == [_draw(alone, kind) for _ in of_kind]
        first = of_kind[0][1]
        assert first >= 100 if seed else first == 100
        assert [number for _, number, _ in of_kind] == list(range(first, first + len(of_kind)))
    uuids = [uuid for _, (uuid, _, _) in found]
    assert len(set(uuids)) == len(uuids)


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_another_seed_gives_other_ids(one: int, other: int) -> None:
    assert (Ids(one).uuid("x") == Ids(other).uuid("x")) == (one == other)


def test_no_id_is_drawn_twice_under_threads() -> None:
    ids, drawn, together = Ids(0), list[str](), threading.Barrier(8)

    def draw() -> None:
        together.wait()
        drawn.extend([ids.uuid("x") for _ in range(500)])

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(drawn)) == len(drawn) == 4000


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "words", "meant"),
    [
        ("onn", ["set", "on"], "on"),
        ("failed", ["PENDING", "FAILED"], "FAILED"),
        ("red", ["set", "on"], None),
        (5, [4, 5], None),
        ("on" * 51, ["on" * 50], None),
        ("w1", [f"w{n}" for n in range(1001)], None),
        ("w1", [f"w{n}" for n in range(1000)], "w1"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_word_that_was_meant(word: object, words: list[object], meant: str | None) -> None:
    assert nearest(word, words) == meant
