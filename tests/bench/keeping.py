"""What it costs to bring a world back that was kept."""

from collections.abc import Iterator

from tests.bench import filled
from tests.bench.figures import Figure, spread
from tests.bench.moving import seconds

ROUNDS = 5
DOCUMENTS = 100_000


def keeping() -> Iterator[Figure]:
    """A snapshot, restored and written to."""
    yield "restore", spread(restoring(DOCUMENTS, ROUNDS))


def restoring(documents: int, rounds: int) -> Iterator[float]:
    """Milliseconds that it takes to bring so many documents back, and to write once."""
    kept = filled.frozen_world()
    filled.pending(kept, "Lean", documents // 2)
    filled.pending(kept, "Lahza", documents // 2)
    restore = filled.restorer(kept)
    for _ in range(rounds):
        yield seconds(restore) * 1e3
