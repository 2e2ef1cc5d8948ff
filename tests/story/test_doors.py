"""A story from the client, the command line, and the report of a failing test."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.client import Refused, Sandbox
from tests.cli.calls import answered, call, refused
from tests.cli.calls import said as printed
from tests.kit import Box
from tests.plugin.runs import pytest_in, write


@pytest.fixture(params=["through the port", "straight into the app"])
def sandbox(box: Box, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A client of the sandbox that `box` is one of; it does the same by either way."""
    is_direct = request.param == "straight into the app"
    with Sandbox(box.url, app=box.app if is_direct else None) as sandbox:
        yield sandbox


def test_the_client_tells_a_story_in_each_format(
    sandbox: Sandbox, box: Box, tmp_path: Path
) -> None:
    number = box.lahza_refund("fixture-success", amount=100).json()["data"]["id"]
    box.lean.get("/payouts/refunds")
    assert sandbox.story().startswith("<svg ")
    assert "GET /payouts/refunds" in sandbox.story(format="mmd")
    of_it = json.loads(sandbox.story(number, format="json"))
    texts = ["POST /refund → 200", f"refund {number} pending, 100 ILS"]
    assert [event["text"] for event in of_it["events"]] == texts
    assert json.loads(sandbox.story(format="json", limit=1))["left_out"] == 2
    file = tmp_path / "story.mmd"
    assert sandbox.story(format="mmd", file=file) == file.read_text("utf-8")
    with pytest.raises(Refused, match="there is no payment and no refund nobody") as error:
        sandbox.story("nobody")
    assert error.value.status == 404
    with pytest.raises(ValueError, match="no format 'png', only svg, mmd, json"):
        sandbox.story(format="png")


def test_the_command_prints_a_story_or_writes_it_to_a_file(box: Box, tmp_path: Path) -> None:
    number = str(box.lahza_refund("fixture-success", amount=100).json()["data"]["id"])
    box.lean.get("/payouts/refunds")
    text = f"Note over lahza: refund {number} pending, 100 ILS"
    assert text in printed(box, "story")
    assert "payouts" not in printed(box, "story", "--subject", number)
    assert len(answered(box, "story", "--limit", "1")["events"]) == 1
    assert printed(box, "story", "--format", "svg").startswith("<svg ")
    for name, begins in (("a.svg", "<svg "), ("a.mmd", "sequenceDiagram"), ("a.json", "{")):
        file = tmp_path / name
        assert printed(box, "story", "--output", str(file)) == f"the story is in {file}\n"
        assert file.read_text("utf-8").startswith(begins)
    assert "no payment and no refund nobody" in refused(box, "story", "--subject", "nobody")
    nowhere = tmp_path / "no" / "a.svg"
    assert f"{nowhere}: No such file" in refused(box, "story", "--output", str(nowhere))
    assert call(box, "story", "--format", "png").exit_code == 2


@pytest.mark.slow
def test_a_failing_tests_story_is_written_to_a_file_that_its_report_names(tmp_path: Path) -> None:
    write(
        tmp_path,
        test_shop="""
        import pytest
        from urllib.request import urlopen

        @pytest.mark.parametrize("what", ["a/b", "a-b", "x" * 300])
        def test_fails(payments_sandbox, what):
            payments_sandbox.lahza.pay(1234)
            payments_sandbox.world("other").lean.pay(56)
            assert not what

        def test_passes(payments_sandbox):
            payments_sandbox.lahza.pay(1)

        def test_without(request):
            assert not request
        """,
    )
    run = pytest_in(tmp_path, "--payments-sandbox-story=stories")
    files = sorted((tmp_path / "stories").iterdir())
    assert len(files) == 6, run.out
    assert run.out.count("payments sandbox: story") == 3
    for file in files:
        assert f"stories/{file.name}" in run.out
        assert re.fullmatch(r"test_shop\.py-test_fails-[\w.-]{3,140}\.svg", file.name, re.ASCII)
        amount = "56 AED" if file.stem.endswith("-2") else "1234 ILS"
        assert amount in file.read_text("utf-8")
    assert "payments sandbox: story" not in pytest_in(tmp_path).out
    (tmp_path / "taken").write_text("")
    run = pytest_in(tmp_path, "--payments-sandbox-story=taken", "-k", "a-b")
    assert "can't be written: " in run.out
