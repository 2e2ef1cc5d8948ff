"""A minute's calls to a server that keeps its worlds: nothing grows, and nothing fails."""

from pathlib import Path

import pytest

from tests.soak.soaking import RATE, soak


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").is_file(), reason="Linux tells what it has")
def test_a_server_takes_no_more_the_longer_it_is_called(tmp_path: Path) -> None:
    """What a minute's calls are, one upon the other: it takes less time, and as much work."""
    report = soak(tmp_path, 60 * RATE, rate=None, keeps=True)
    assert list(report.all_wrong()) == []
