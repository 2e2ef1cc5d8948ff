"""What it costs to keep a world and bring it back, and what the plugin adds to a run of tests."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sandbox.engine.provider.rules import Call
from sandbox.lahza import payer as lahza_payer
from tests.bench.filled import PAYMENT
from tests.bench.moving import pending, seconds, world


class Restore(NamedTuple):
    """In milliseconds, with the first write after it; and a bare copy of a dict of as many."""

    sandbox: float
    bare: float


def restoring(documents: int) -> Restore:
    """The cost of bringing so many documents back."""
    kept = world()
    pending(kept, "Lean", documents // 2)
    pending(kept, "Lahza", documents // 2)
    kept.take_snapshot("full")

    def restore() -> None:
        kept.restore(kept.snapshots["full"])
        lahza_payer.pay(Call(kept.state), PAYMENT)

    spent = seconds(restore)
    bare = {str(n): {"id": n} for n in range(documents)}
    return Restore(spent * 1e3, seconds(lambda: dict(bare)) * 1e3)


def with_the_fixture() -> float:
    """Seconds that a run of one test takes longer if that asks for the fixture."""
    return seconds(partial(_run, "payments_sandbox")) - seconds(partial(_run, ""))


def _run(asked: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "test_one.py"
        file.write_text(f"def test_one({asked}): pass\n", "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
        subprocess.run(command, check=True, capture_output=True)
