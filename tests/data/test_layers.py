"""States are chains of layers: whatever is taken, restored and removed, each reads as it was."""

from contextlib import closing
from pathlib import Path
from random import Random  # noqa: TID251

import pytest

from sandbox.engine.keeping import file as keeping
from sandbox.engine.keeping.file import File, Op
from sandbox.engine.keeping.schema import MOST_OF_WAL, connected
from sandbox.engine.keeping.table import Row

State = dict[int, str]
PARTS = "lean.refunds", "requests"
"""One of each table."""


class World:
    """The rows of a world and its snapshots as they must be, beside a file that has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = File(folder)
        self.state: State = {}
        self.snapshots: dict[str, tuple[int, State]] = {}
        self.layer = self.file.new_layer()
        self._stack(None, [])

    def _stack(self, parent: int | None, ops: list[Op], rows: list[Row] | None = None) -> None:
        world = "INSERT OR REPLACE INTO worlds VALUES ('a', ?, '')"
        layer = "INSERT INTO layers VALUES (?, ?)"
        ops = [*ops, Op(layer, (self.layer, parent)), Op(world, (self.layer,))]
        self.file.commit(rows or [], ops)

    def write(self, random: Random) -> None:
        rows = []
        for key in random.sample(range(40), 5):
            text = None if random.random() < 0.4 else str(random.random())
            rows.append(Row(self.layer, PARTS[key % 2], key, text))
            self.state.pop(key, None)
            if text is not None:
                self.state[key] = text
        self.file.commit(rows)

    def take(self, name: str) -> None:
        ops = [Op("INSERT OR REPLACE INTO snapshots VALUES ('a', ?, ?, '')", (name, self.layer))]
        self.snapshots[name] = self.layer, dict(self.state)
        below, self.layer = self.layer, self.file.new_layer()
        self._stack(below, ops)

    def restore(self, name: str) -> None:
        below, state = self.snapshots[name]
        self.layer, self.state = self.file.new_layer(), dict(state)
        self._stack(below, [])

    def forget(self, name: str) -> None:
        del self.snapshots[name]
        self.file.commit([], [Op("DELETE FROM snapshots WHERE name = ?", (name,))])

    def restart(self) -> None:
        self.file.close()
        self.file = File(self.folder)

    def require_same(self) -> None:
        for layer, state in [(self.layer, self.state), *self.snapshots.values()]:
            read = self.file.read(layer)
            assert read.get(PARTS[0], {}) | read.get(PARTS[1], {}) == state


@pytest.mark.parametrize("seed", range(4))
def test_each_state_reads_as_it_was(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_CHUNK", 7)  # so that all is done in many parts
    random, world = Random(seed), World(tmp_path)
    for _ in range(150):
        what, name = random.random(), random.choice("xyz")
        if what < 0.5:
            world.write(random)
        elif what < 0.65:
            world.take(name)
        elif what < 0.75 and name in world.snapshots:
            world.restore(name)
        elif what < 0.8 and name in world.snapshots:
            world.forget(name)
        elif what < 0.95:
            world.file.tend()
        else:
            world.restart()
        world.require_same()
    for name in list(world.snapshots):
        world.forget(name)
    while world.file.tend():
        pass
    world.require_same()
    with closing(world.file):
        assert world.file.parents == {world.layer: None}
        rows = [f"SELECT key FROM {name}" for name in ("lasting", "passing")]
        left = world.file._db.execute(" UNION ALL ".join(rows)).fetchall()
        assert {key for (key,) in left} == world.state.keys()


def test_a_new_layer_is_none_whose_rows_are_still_being_removed(tmp_path: Path) -> None:
    world, layer = "INSERT INTO worlds VALUES (?, ?, '')", "INSERT INTO layers VALUES (?, NULL)"
    file = File(tmp_path)
    gone = file.new_layer()
    row = Row(gone, PARTS[0], 1, "old")
    file.commit([row], [Op(layer, (gone,)), Op(world, ("a", gone))])
    file.tend()
    file.commit([], [Op("DELETE FROM worlds", ())])
    file.abandon()  # as a kill does
    with closing(File(tmp_path)) as file:
        fresh = file.new_layer()
        ops = [Op(layer, (fresh,)), Op(world, ("b", fresh))]
        file.commit([row._replace(layer=fresh, text="new")], ops)
        while file.tend():
            pass
        assert file.read(fresh) == {PARTS[0]: {1: "new"}}


def test_what_is_gone_gives_its_room_back_many_pages_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_PAGES", 20)
    with closing(File(tmp_path)) as file:
        world, layer = (
            "INSERT INTO worlds VALUES ('a', 1, '')",
            "INSERT INTO layers VALUES (1, NULL)",
        )
        rows = [Row(1, PARTS[0], key, "x" * 3000) for key in range(1000)]
        file.commit(rows, [Op(layer, ()), Op(world, ())])
        while file.tend():
            pass
        file.commit([], [Op("DELETE FROM worlds", ())])
        parts = 1
        while file.tend():
            parts += 1
        (pages,) = file._db.execute("PRAGMA page_count").fetchone()
        assert pages < 150
        assert parts < 150


def test_the_log_of_sqlite_begins_anew_before_it_is_long(tmp_path: Path) -> None:
    """Though a look never finds all in the file, as where somebody writes all the time.

    Here somebody reads what was there before the latest commit, until the look is over.
    """
    world, text = World(tmp_path), "x" * 100_000
    longest = 0
    with closing(world.file) as file, closing(connected(file.path)) as reader:
        look = file._checkpoint

        def checkpoint() -> int:
            pages = look()
            if reader.in_transaction:
                reader.execute("COMMIT")
            return pages

        file._checkpoint = checkpoint  # type: ignore[method-assign]
        for number in range(200):
            reader.execute("BEGIN")
            reader.execute("SELECT 1 FROM worlds").fetchall()
            file.commit([Row(world.layer, PARTS[0], number % 40, text)])
            file.tend()
            longest = max(longest, (tmp_path / "sandbox.db-wal").stat().st_size)
    assert MOST_OF_WAL < longest < 2 * MOST_OF_WAL
