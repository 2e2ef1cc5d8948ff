"""A repository that has a `sandbox` of its own."""

from pathlib import Path

import pytest

from sandbox.settings import Settings
from tests.kit import serving
from tests.plugin.runs import pytest_in, write

pytestmark = pytest.mark.slow

_TESTS = """
import pytest


def test_of_theirs():
    {imported}
    assert ANSWER == 42


def test_of_ours(payments_sandbox):
    assert payments_sandbox.lahza.pay()["status"] == "success"
    with payments_sandbox.scenario("provider-down"):
        pass
    payments_sandbox.wait_for(lambda: True)


def test_of_theirs_again():
    {imported}
    assert ANSWER == 42
"""


@pytest.mark.parametrize("is_package", [True, False])
def test_its_tests_run_untouched_and_the_fixture_says_what_to_do(
    tmp_path: Path, is_package: bool
) -> None:
    where = tmp_path / "sandbox" if is_package else tmp_path
    where.mkdir(exist_ok=True)
    write(where, **{"__init__" if is_package else "sandbox": "ANSWER = 42"})
    write(tmp_path, test_both=_TESTS.format(imported="from sandbox import ANSWER"))
    run = pytest_in(tmp_path)

    assert "2 passed, 1 error" in run.last(), run.out
    [said] = [line for line in run.out.splitlines() if line.startswith("payments_sandbox: ")]
    assert f"{tmp_path}/sandbox" in said
    assert said.endswith(
        " hides the package `sandbox` of refund-sandbox. Start `refund-sandbox` beside the tests, "
        "and pass --payments-sandbox-url=http://127.0.0.1:8426"
    )
    with serving(Settings()) as box:
        run = pytest_in(tmp_path, f"--payments-sandbox-url={box.url}", "-W", "error")
    assert "3 passed" in run.last(), run.out


def test_a_mere_folder_of_the_name_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    write(tmp_path / "sandbox", core="ANSWER = 42")
    write(tmp_path, test_ours="def test_ours(payments_sandbox): payments_sandbox.health()")

    assert "1 passed" in pytest_in(tmp_path).last()
