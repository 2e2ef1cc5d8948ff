"""Worlds and snapshots."""

from sandbox.admin.worlds import SnapshotRow, WorldList
from sandbox.engine.worlds.state import MOST_SNAPSHOTS
from sandbox.openapi.description import Answer, Case, Operation, Step, array, record

_TEAM = Step("GET", "/w/team-a/_sandbox/health")
_PAID = {"name": "paid"}
_TAKEN = Step("PUT", "/_sandbox/snapshots/paid")
_GONE = Case(after=[Step("DELETE", "/_sandbox/snapshots/paid")])
_FULL = Case(after=[Step("PUT", f"/_sandbox/snapshots/{n}") for n in range(MOST_SNAPSHOTS)])
_SNAPSHOTS = record(snapshots=array(SnapshotRow))

WORLDS = {
    "list_worlds": Operation("List the worlds of the server", WorldList, before=[_TEAM]),
    "remove_world": Operation(
        "Remove a world",
        WorldList,
        {"name": "team-a"},
        before=[_TEAM],
        wrong={"name": ["team-b", "default"]},
    ),
}
SNAPSHOTS = {
    "list_snapshots": Operation("List the snapshots of the world", _SNAPSHOTS, before=[_TAKEN]),
    "take_snapshot": Operation(
        "Keep the world as it is",
        [
            Answer(SnapshotRow, 201, about="A new one."),
            Answer(SnapshotRow, about="In the place of one of that name."),
        ],
        _PAID,
        wrong={"name": ["just paid"]},
        refused=[_FULL],
    ),
    "restore_snapshot": Operation(
        "Make the world as it was", SnapshotRow, _PAID, before=[_TAKEN], refused=[_GONE]
    ),
    "remove_snapshot": Operation(
        "Forget a snapshot", _SNAPSHOTS, _PAID, before=[_TAKEN], refused=[Case(again=True)]
    ),
}
