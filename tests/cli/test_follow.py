"""`--follow`: the lines of the log, from another terminal."""

import json
import re
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.calls import refused
from tests.cli.test_log import (
    AT,
    DURATION,
    following,
    logging,
    read_until,
)
from tests.cli.test_process import COMMAND, nobody, run
from tests.kit import Box
from tests.receiver import Receiver

__all__ = ["nobody"]


def test_requests_are_followed_from_another_terminal(tmp_path: Path) -> None:
    words = ["--provider", "lahza", "--path", "/refund/*", "--status", "404", "--method", "get"]
    with ExitStack() as stack:
        with logging(tmp_path, "--quiet") as (box, _):
            command = [*COMMAND, "requests", "--url", box.url, "--follow"]
            everything = stack.enter_context(following(command))
            some = stack.enter_context(following([*command, *words]))
            elsewhere = stack.enter_context(following([*command, "--url", f"{box.url}/w/a"]))
            box.lahza.get("/refund")
            box.lean.get("/payouts/refunds/none")
            box.lahza.get("/refund/none?x=1")
            box.lahza.post("/refund/none")
            box.admin.post("/reset")
            said = read_until(everything, "/reset")
            assert re.findall(r"(?:GET|POST) \S+", said) == [
                "GET /refund",
                "GET /payouts/refunds/none",
                "GET /refund/none?x=1",
                "POST /refund/none",
                "POST /_sandbox/reset",
            ]
            only = read_until(some, "")
            assert re.sub(DURATION, "", only) == (
                f"{AT}  lahza    GET /refund/none?x=1  404  Refund not found\n"
            )
            some.send_signal(signal.SIGINT)
            assert (some.communicate(timeout=20), some.returncode) == (("", ""), 130)
        for process in (everything, elsewhere):
            ended = process.communicate(timeout=20)
            assert (ended, process.returncode) == (("", "the sandbox is gone\n"), 0)


def test_webhooks_are_followed_as_json_too(box: Box, receiver: Receiver) -> None:
    box.admin.put("/webhooks/lahza", {"url": receiver.url})
    command = [*COMMAND, "webhooks", "--url", box.url, "--follow", "--json"]
    with following([*command, "--event", "refund.processed"]) as follower:
        number = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
        box.advance("3d")
        told = json.loads(read_until(follower, ""))
    assert (told["event"], told["subject"]) == ("refund.processed", str(number))
    assert told["status"] == 200


@pytest.mark.parametrize("filter", ["--limit=5", "--since=2027-01-01T00:00:00Z", "--body=a=1"])
def test_what_no_line_tells_is_no_filter_for_those_to_come(box: Box, filter: str) -> None:
    why = refused(box, "requests", "--follow", filter, code=2)
    assert why == f"{filter.partition('=')[0]} makes no sense with --follow"


def test_where_nobody_answers_nothing_is_followed(nobody: str) -> None:
    assert run(nobody, "requests", "--follow").returncode == 3
