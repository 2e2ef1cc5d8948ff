"""Worlds and snapshots."""

from sandbox.admin.worlds import SnapshotRow, WorldRow
from sandbox.engine.worlds.world import MOST_SNAPSHOTS
from sandbox.openapi.description import Answer, Operation, Sample, Step, array, record

_NAMED = Sample({"name": "paid"})
_TAKEN = _NAMED.after(Step("PUT", "/_sandbox/snapshots/paid"))
_FULL = [Step("PUT", f"/_sandbox/snapshots/{n}") for n in range(MOST_SNAPSHOTS)]
_TEAM = Step("GET", "/w/team-a/_sandbox/health")
_WORLDS = [Answer(record(worlds=array(WorldRow)))]
_SNAPSHOTS = [Answer(record(snapshots=array(SnapshotRow)))]

WORLDS = {
    "list_worlds": Operation("List the worlds of the server", _WORLDS, Sample(before=[_TEAM])),
    "remove_world": Operation(
        "Remove a world",
        _WORLDS,
        Sample({"name": "team-a"}, before=[_TEAM]),
        refused=[Sample({"name": "team-b"}), Sample({"name": "default"})],
    ),
}
SNAPSHOTS = {
    "list_snapshots": Operation(
        "List the snapshots of the world", _SNAPSHOTS, _TAKEN._replace(path={})
    ),
    "take_snapshot": Operation(
        "Keep the world as it is",
        [
            Answer(SnapshotRow, 201, about="A new one."),
            Answer(SnapshotRow, about="In the place of one of that name."),
        ],
        _NAMED,
        refused=[Sample({"name": "just paid"}), _NAMED.after(*_FULL)],
    ),
    "restore_snapshot": Operation(
        "Make the world as it was", [Answer(SnapshotRow)], _TAKEN, refused=[_NAMED]
    ),
    "remove_snapshot": Operation("Forget a snapshot", _SNAPSHOTS, _TAKEN, refused=[_NAMED]),
}
