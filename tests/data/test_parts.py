"""All that a world is made of is kept, or is known not to need it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.keeping import deliveries
from sandbox.engine.keeping.codec import Codec
from sandbox.engine.provider.rules import Origin
from sandbox.engine.webhooks.delivery import Delivery
from tests.conftest import ROOT
from tests.data.kit import Kept
from tests.kit import frozen

MADE_ANEW = {
    "State": "lock is_over",
    "Clock": "",
    "Ids": "_lock",
    "Timeline": "_sooner _heap _pending _taken since others changed",
    "Store": "_specs _database _changed",
    "Collection": "_table spec _is_shared changed _places _all _indexes _totals _created",
    "Outbox": "_start _lock _clock _timeline _count _webhooks _scenarios watch attempts _unsent",
    "Deliveries": "_bytes touched changed",
    "ActiveScenarios": "vocabulary _load changed revision",
    "Journal": "_pool waits fresh cleared",
    "Chronicle": "",
}
"""What the others tell, what is a world's and not its state's, and what only hints look at."""
KEPT = {
    "State": "clock began ids timeline store outbox scenarios settings fixtures journal chronicle",
    "Clock": "_state",
    "Ids": "seed _drawn",
    "Timeline": "_events _scheduled _advance",
    "Store": "_collections",
    "Collection": "_rows is_changed",
    "Outbox": "addresses timeout dispatch deliveries _held _to_pull _pulled _behind _waiting",
    "Deliveries": "_kept made places",
    "ActiveScenarios": "_custom _standing _stuck _held _runs _acted",
    "Journal": "_kept seen dropped",
    "Chronicle": "_kept seen",
}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with closing(Kept(tmp_path / "data", frozen("2027-01-01T09:00:00Z"))) as box:
        yield box


def test_each_attribute_of_a_state_is_kept_or_made_anew(kept: Kept) -> None:
    state = kept.server.worlds.default.state
    parts: list[Any] = [
        state,
        *(state.clock, state.ids, state.timeline, state.store, state.outbox, state.journal),
        *(state.outbox.deliveries, state.scenarios, state.chronicle),
        state.store.collection("lean.refunds"),
    ]
    found = {type(part).__name__: set(vars(part)) for part in parts}
    assert found == {name: set(f"{KEPT[name]} {MADE_ANEW[name]}".split()) for name in KEPT}


def test_each_field_of_a_delivery_is_kept() -> None:
    apart = {"number", "message", "effect", "attempts"}
    assert {*deliveries._PLAIN} | apart == {*Delivery._fields}


@pytest.mark.parametrize(
    "value",
    [
        {"$": 1, "a": [{"$": "x"}, {"$": {"$": Decimal("1.50")}}]},
        {"$": Decimal("0.10"), "$$": '"$"'},
        ["\ud800 half", "لين", "tab\tand\nline", "\u2028"],
        {"big": 2**70, "exact": Decimal("12345678901234567890.12")},
    ],
)
def test_a_value_is_read_as_it_was_written(value: Any) -> None:
    codec = Codec(lambda _: 0, lambda _: None)
    text = codec.text(value)
    assert codec.value(text) == value
    assert "\n" not in text
    assert "\t" not in text
    text.encode()


def test_a_call_is_known_again_by_its_number() -> None:
    made, other = Origin("POST", "/refund"), {"by": {"$": 7}}
    codec = Codec(lambda _: 7, {7: made}.get)
    assert codec.value(codec.text([made, other])) == [made, other]
    assert json.loads(codec.text({"by": made})) == {"by": {"$": 7}}


def test_without_a_folder_nothing_of_this_is_imported() -> None:
    code = (
        "import sys; from sandbox.app import create_app; from sandbox.settings import Settings;"
        "create_app(Settings());"
        "print([m for m in sys.modules if 'sqlite3' in m or '.keeping' in m])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", code]
    said = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
