"""What the sandbox is held against: localstripe, and this project's last build."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from tests.bench.client import ROOT, Connection, Missing, free_port, process, wait_until_it_answers

LAST = "df9547e"
"""The commit of version 0.1.0."""
_LOCKED = Path(__file__).with_name("localstripe.txt")
_STORE = Path("/tmp/localstripe.pickle")  # where localstripe keeps its documents, always
KEY = {"Authorization": "Bearer sk_test_bench"}
CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2050, "cvc": "123"}


@cache
def _folder(name: str) -> "TemporaryDirectory[str]":
    """A throw-away folder, which goes with this process."""
    return TemporaryDirectory(prefix=f"bench-{name}-")


@cache
def last_build() -> Path:
    """The folder of version 0.1.0.

    Raises:
        Missing: this is no checkout that has the commit.
    """
    command = ["git", "-C", str(ROOT), "archive", "--format=zip", LAST]
    try:
        made = subprocess.run(command, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"version 0.1.0: this checkout has no commit {LAST}") from error
    folder = Path(_folder("last").name)
    with ZipFile(BytesIO(made.stdout)) as archive:
        archive.extractall(folder)
    return folder


@cache
def localstripe_command() -> str:
    """The program, installed into an environment of its own.

    Raises:
        Missing: it can't be installed.
    """
    folder = Path(_folder("localstripe").name)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        install = [*pip, "install", "--require-hashes", "-r", str(_LOCKED)]
        subprocess.run(install, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise Missing("localstripe can't be installed here") from error
    return str(programs / "localstripe")


@contextmanager
def localstripe() -> Iterator[int]:
    """localstripe, which answers on the port that is yielded."""
    command, port, kept = localstripe_command(), free_port(), _STORE.exists()
    try:
        with process(command, "--from-scratch", "--port", str(port)):
            wait_until_it_answers(port, "/v1/refunds")
            yield port
    finally:
        if not kept:
            _STORE.unlink(missing_ok=True)


def charged(connection: Connection) -> str:
    """The id of a charge in localstripe."""
    method = {"type": "card", "card": CARD}
    source = connection.json("POST", "/v1/payment_methods", KEY, method)["id"]
    charge = {"amount": 10**9, "currency": "usd", "source": source}
    return str(connection.json("POST", "/v1/charges", KEY, charge)["id"])
