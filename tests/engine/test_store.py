"""Collections answer as a plain list of documents would, and lose none under threads."""

import gc
import threading
from sys import getsizeof
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb.table import Document as Row

from sandbox.engine.store.bulk import filling
from sandbox.engine.store.collections import Collection, CollectionSpec, Store
from sandbox.engine.store.compact import compact
from sandbox.engine.store.tinydb_storage import Database, InPlaceTable

_SPEC = CollectionSpec(
    "things",
    created=lambda thing: int(thing["created"]),
    indexes={
        "status": lambda thing: thing["status"],
        "pair": lambda thing: (thing["owner"], thing["status"]),
    },
    totals={
        "open": lambda thing: (
            thing["owner"],
            0 if thing["status"] == "failed" else thing["amount"],
        )
    },
)
_STATUSES = ["new", "failed", None]
_OWNERS = ["a", "b"]
_THING = st.fixed_dictionaries(
    {
        "status": st.sampled_from(_STATUSES),
        "owner": st.sampled_from(_OWNERS),
        "amount": st.integers(0, 10**20),
    }
)
_PUTS = st.lists(st.tuples(st.integers(0, 9), _THING), max_size=40)


class _Model(NamedTuple):
    """The documents in the order in which they were first put."""

    rows: dict[str, dict[str, Any]]

    def remove_before(self, moment: int) -> None:
        for name in [name for name, row in self.rows.items() if row["created"] < moment]:
            del self.rows[name]

    def newest_first(self, **wanted: Any) -> list[dict[str, Any]]:
        places = sorted(
            ((row["created"], n, row) for n, row in enumerate(self.rows.values())),
            key=lambda place: place[:2],
        )
        return [
            row
            for _, _, row in reversed(places)
            if all(row[key] == value for key, value in wanted.items())
        ]


def _filled(
    puts: list[tuple[int, dict[str, Any]]], created: list[int]
) -> tuple[Collection[Any], _Model]:
    collection, model = Store({"things": _SPEC}).collection("things"), _Model({})
    for number, thing in puts:
        document = {**thing, "created": created[number], "id": str(number)}
        collection.put(str(number), document)
        model.rows[str(number)] = document
    return collection, model


_CREATED = st.lists(st.integers(0, 6), min_size=10, max_size=10)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(_PUTS, _CREATED, st.integers(0, 7), st.integers(0, 7))
def test_an_index_finds_what_a_search_of_everything_finds(
    puts: list[tuple[int, dict[str, Any]]], created: list[int], since: int, until: int
) -> None:
    collection, model = _filled(puts, created)

    assert len(collection) == len(model.rows)
    assert {n: collection.get(n) for n in model.rows} == model.rows
    assert list(collection.select()) == model.newest_first()
    for status in _STATUSES[:2]:
        found = model.newest_first(status=status)
        assert list(collection.select("status", status)) == found
        assert collection.newest("status", status) == (found[0] if found else None)
        between = [row for row in found if since <= row["created"] < until]
        selection = collection.select("status", status, since, until)
        assert (len(selection), list(selection)) == (len(between), between)
    for owner in _OWNERS:
        failed = model.newest_first(owner=owner, status="failed")
        assert list(collection.select("pair", (owner, "failed"))) == failed


@settings(deadline=None, max_examples=200)
@given(_PUTS, _CREATED)
def test_a_running_total_is_the_sum_of_what_there_is(
    puts: list[tuple[int, dict[str, Any]]], created: list[int]
) -> None:
    collection, model = _filled(puts, created)

    for owner in _OWNERS:
        rows = model.newest_first(owner=owner)
        assert collection.total("open", owner) == sum(
            row["amount"] for row in rows if row["status"] != "failed"
        )
    assert collection.total("open", "nobody") == 0


@settings(deadline=None, max_examples=200)
@given(_PUTS, _CREATED, st.integers(0, 12), st.integers(0, 12))
def test_a_page_is_a_part_of_the_list(
    puts: list[tuple[int, dict[str, Any]]], created: list[int], offset: int, size: int
) -> None:
    collection, model = _filled(puts, created)
    rows = model.newest_first()
    later = [row for row in rows if row["created"] >= 3]

    assert collection.select().page(offset, size) == rows[offset : offset + size]
    assert collection.select(since=3).page(offset, size) == later[offset : offset + size]


@settings(deadline=None, max_examples=200)
@given(_PUTS, _PUTS, _CREATED, st.integers(0, 7))
def test_what_was_created_before_a_moment_can_be_removed(
    before: list[tuple[int, dict[str, Any]]],
    after: list[tuple[int, dict[str, Any]]],
    created: list[int],
    moment: int,
) -> None:
    """What is put in afterwards stands in its place; the id of a removed one may come again."""
    collection, model = _filled(before, created)
    collection.remove_before(moment)
    model.remove_before(moment)
    for number, thing in after:
        document = {**thing, "created": created[number], "id": str(number)}
        collection.put(str(number), document)
        model.rows[str(number)] = document

    assert len(collection) == len(model.rows)
    assert {str(n): collection.get(str(n)) for n in range(10)} == {
        str(n): model.rows.get(str(n)) for n in range(10)
    }
    assert list(collection.select()) == model.newest_first()
    for status in _STATUSES[:2]:
        assert list(collection.select("status", status)) == model.newest_first(status=status)
    for owner in _OWNERS:
        open_rows = [row for row in model.newest_first(owner=owner) if row["status"] != "failed"]
        assert collection.total("open", owner) == sum(row["amount"] for row in open_rows)


def test_a_document_is_replaced_whole() -> None:
    collection: Collection[Any] = Store({"things": _SPEC}).collection("things")
    first = {"created": 1, "status": "new", "owner": "a", "amount": 1, "note": "x"}
    second = {key: value for key, value in first.items() if key != "note"}
    collection.put("thing", first)
    collection.put("thing", second)

    assert collection.get("thing") == second
    assert first["note"] == "x"


def test_a_document_is_kept_as_an_equal_dict_in_less_memory() -> None:
    document = {f"key {n}": n for n in range(20)}
    kept = compact(document)

    assert (kept, type(kept), list(kept)) == (document, dict, list(document))
    assert getsizeof(kept) < 0.6 * getsizeof(dict(document))
    assert {**kept, "key 1": None}["key 1"] is None
    assert compact({"key 0": 1}) == {"key 0": 1}
    many = dict.fromkeys(map(str, range(40)))
    assert (compact(many), getsizeof(compact(many))) == (many, getsizeof(dict(many)))


def test_no_document_is_lost_under_threads() -> None:
    table = Database().table("things")
    assert isinstance(table, InPlaceTable)
    threads, each = 16, 150
    together, missing = threading.Barrier(threads), list[str]()

    def write(thread: int) -> None:
        together.wait()
        for n in range(each):
            doc_id = f"{thread}-{n}"
            table.insert(Row({"n": n}, doc_id))  # type: ignore[arg-type]
            if table.get(doc_id=doc_id) != {"n": n}:  # type: ignore[call-overload]
                missing.append(doc_id)

    workers = [threading.Thread(target=write, args=(n,)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert missing == []
    assert len(table) == threads * each == len({doc.doc_id for doc in table.all()})


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 3), st.integers(0, 9), _THING),
        st.tuples(st.just("copy"), st.integers(0, 3), st.integers(0, 3), st.none()),
        st.tuples(st.just("remove"), st.integers(0, 3), st.integers(0, 7), st.none()),
    ),
    max_size=60,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(_STEPS, _CREATED)
def test_a_copy_and_what_it_was_made_of_change_each_by_itself(
    steps: list[tuple[str, int, int, Any]], created: list[int]
) -> None:
    """Stores are copied over each other and written to in any order."""
    stores = [Store({"things": _SPEC}) for _ in range(4)]
    models = [_Model({}) for _ in stores]
    for what, at, other, thing in steps:
        if what == "copy":
            stores[other], models[other] = stores[at].copy(), _Model(dict(models[at].rows))
        elif what == "remove":
            stores[at].collection("things").remove_before(other)
            models[at].remove_before(other)
        else:
            document = {**thing, "created": created[other], "id": str(other)}
            stores[at].collection("things").put(str(other), document)
            models[at].rows[str(other)] = document
    for store, model in zip(stores, models, strict=True):
        collection = store.collection("things")
        assert len(store) == len(model.rows)
        assert {n: collection.get(n) for n in model.rows} == model.rows
        assert list(collection.select()) == model.newest_first()
        for status in _STATUSES[:2]:
            found = model.newest_first(status=status)
            assert list(collection.select("status", status)) == found
        for owner in _OWNERS:
            failed = model.newest_first(owner=owner, status="failed")
            assert list(collection.select("pair", (owner, "failed"))) == failed
            rows = [row for row in model.newest_first(owner=owner) if row["status"] != "failed"]
            assert collection.total("open", owner) == sum(row["amount"] for row in rows)


def test_the_collector_of_garbage_waits_only_while_documents_are_made() -> None:
    def fail() -> None:
        with filling(20_000):
            assert not gc.isenabled()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert gc.isenabled()
    gc.unfreeze()


def test_those_below_one_are_those_that_were_put_in_before_it_at_its_moment() -> None:
    collection, _ = _filled([(n, _NEW) for n in range(5)], [1, 2, 2, 2, 3])
    assert [row["id"] for row in collection.select(below="3")] == ["2", "1", "0"]
    assert [row["id"] for row in collection.select("status", "new", below="1")] == ["0"]
    assert collection.place("3") == (2, 3)


_NEW = {"status": "new", "owner": "a", "amount": 1}
