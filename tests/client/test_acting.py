"""What the client says of scenarios that have acted, and of those that have not."""

import pytest

from sandbox.client import Sandbox
from tests.kit import Box

NEVER = """\
refund-fails: expected to have acted at least once, and it has 0 times.
Scenarios that are on, or have acted:
  provider-down: off, acted 1 time
  rate-limited: on, acted 2 times
    with provider=any, method=any, path=any-but-token, times=2, retry_after=1s
  refund-fails: on, acted 0 times
    with transaction=order-1, after=1h, times=unlimited
    transaction=order-1 names a document that does not exist"""


def test_what_has_not_acted_is_told_with_all_that_was_on(sandbox: Sandbox, box: Box) -> None:
    refund_fails = sandbox.scenarios.on("refund-fails", transaction="order-1")
    box.lahza.get("/refund", scenario="provider-down")
    limited = sandbox.scenarios.on("rate-limited", times=2)
    for _ in range(3):
        box.lahza.get("/refund")
    limited.assert_acted()
    limited.assert_acted(times=2)
    with pytest.raises(AssertionError) as never:
        refund_fails.assert_acted()
    with pytest.raises(AssertionError, match="to have acted 1 time, and it has 2 times"):
        limited.assert_acted(times=1)

    assert str(never.value) == NEVER
    assert sandbox.scenarios.told() == NEVER.partition("acted:\n")[2].replace("\n  ", "\n")[2:]


def test_the_count_is_live_and_stays_after_its_block(sandbox: Sandbox, box: Box) -> None:
    with sandbox.scenario("provider-down") as scenario:
        counts = [scenario.acted]
        box.lahza.get("/refund")
        counts.append(scenario.acted)
    box.lahza.get("/refund")
    scenario.assert_acted(times=1)

    assert [*counts, scenario.acted, scenario["acted"]] == [0, 1, 1, 0]


def test_one_that_must_not_act(sandbox: Sandbox, box: Box) -> None:
    scenario = sandbox.scenarios.on("provider-down", provider="lean")
    box.lahza.get("/refund")
    scenario.assert_acted(times=0)
    box.lean.get("/payouts/refunds")
    with pytest.raises(AssertionError, match="0 times, and it has 1 time"):
        scenario.assert_acted(times=0)


def test_nothing_is_told_where_nothing_is_on(sandbox: Sandbox) -> None:
    assert sandbox.scenarios.told() == "none"
