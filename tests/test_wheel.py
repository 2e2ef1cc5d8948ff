"""The wheel: built, installed apart from this checkout, and started from an empty folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.settings import Settings
from tests.conftest import ROOT, install
from tests.examples.documents import page, save
from tests.kit import serving
from tests.plugin.runs import passed, pytest_in
from tests.test_server import url_in

pytestmark = pytest.mark.slow


def is_imported_from(folder: Path, empty: Path, module: str) -> bool:
    """Whether Python, started in an empty folder, finds a module there."""
    find = f"import {module}; print({module}.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    found = subprocess.run(
        [sys.executable, "-c", find], env=environment, cwd=empty, capture_output=True, text=True
    )
    return found.stdout.startswith(str(folder))


@pytest.mark.parametrize("workers", [0, 3])
def test_the_readmes_test_passes_in_an_empty_folder(
    installed: Path, tmp_path: Path, workers: int
) -> None:
    assert is_imported_from(installed, tmp_path, "payments_sandbox")
    save(tmp_path, page("README.md"))
    run = pytest_in(tmp_path, "-W", "error", "-n", str(workers), PYTHONPATH=str(installed))

    assert run.code == 0, run.out
    assert "2 passed" in run.last()
    assert {path.name for path in tmp_path.iterdir()} <= {
        ".github",
        "__pycache__",
        "test_refunds.py",
    }


def test_the_client_alone_needs_a_server_that_runs_and_nothing_else(tmp_path: Path) -> None:
    """Not even pytest. (Here refund-sandbox is installed as well, which does no harm.)"""
    client = install(ROOT / "clients" / "python", tmp_path / "client")
    tests = tmp_path / "tests"
    save(tests, page("README.md"))
    with serving(Settings()) as box:
        script = (
            "import sys; sys.path.append(sys.argv[1]); from sandbox.client import Sandbox\n"
            "with Sandbox(sys.argv[2]) as sandbox: print(sandbox.health()['status'])"
        )
        command = [sys.executable, "-I", "-S", "-c", script, str(client), box.url]
        assert subprocess.check_output(command, text=True) == "ok\n"
        url = f"--payments-sandbox-url={box.url}"
        assert passed(pytest_in(tests, url, "-W", "error", PYTHONPATH=str(client)), 2)
    (tests / "test_ways.py").write_text(
        "import pytest\n@pytest.mark.scenario('answer-lost', how='each')\n"
        "def test_ways(payments_sandbox): pass"
    )
    for name in ("test_refunds.py", "test_ways.py"):
        said = pytest_in(tests, name, PYTHONPATH=str(client)).out
        assert "payments_sandbox: refund-sandbox-client has no server: install" in said
        assert "Traceback" not in said


def test_the_installed_command_serves_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    empty = tmp_path
    environment = {**os.environ, "PYTHONPATH": str(installed), "SANDBOX_PORT": "0"}
    assert is_imported_from(installed, empty, "sandbox")
    assert (installed / "sandbox" / "py.typed").is_file()
    command = str(installed / "bin" / "refund-sandbox")
    process = subprocess.Popen(
        [sys.executable, command],
        env=environment,
        cwd=empty,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = url_in(process.stdout.readline())
        assert requests.get(f"{url}/_sandbox/health").json()["status"] == "ok"
        fixtures = requests.get(f"{url}/_sandbox/fixtures").json()
        assert {"reconciled", "unreconciled"} < set(fixtures["lean"]["payments"])
        scenarios = requests.get(f"{url}/_sandbox/scenarios").json()["scenarios"]
        assert {"over-refund", "answer-lost"} < {scenario["name"] for scenario in scenarios}
        assert (installed / "sandbox" / "comparisons" / "lean-refunds.yaml").is_file()
        token = {"client_id": "a", "client_secret": "b", "scope": "api"}
        token["grant_type"] = "client_credentials"
        assert requests.post(f"{url}/oauth2/token", data=token).status_code == 200
        order = {"amount": 15000, "email": "payer@example.com"}
        key = {"Authorization": "Bearer sk_test_wheel"}
        started = requests.post(f"{url}/transaction/initialize", json=order, headers=key).json()
        page = started["data"]["authorization_url"]
        assert "Pay ILS 150.00" in requests.get(page).text
        card = {"card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"}
        document = requests.get(f"{url}/_sandbox/openapi/lean.json").json()
        assert document["openapi"] == "3.1.0"
        assert "World time" in requests.get(f"{url}/_sandbox/dashboard").text
        assert "--ink" in requests.get(f"{url}/_sandbox/dashboard/static/dashboard.css").text
        assert "swagger-ui-bundle.js" in requests.get(f"{url}/_sandbox/openapi").text
        assert "تمّ الدفع" in requests.post(f"{page}?lang=ar", data=card).text
    finally:
        process.terminate()
        process.communicate()
    assert process.returncode == 0
    assert list(empty.iterdir()) == []


def test_an_editable_install_finds_its_data_one_level_up(tmp_path: Path) -> None:
    names = ("fixtures", "scenarios", "comparisons")
    script = f"from sandbox.app import data_folder as at; print(*map(at, {names}))"
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert answer.stdout.split() == [str(ROOT / name) for name in names]
