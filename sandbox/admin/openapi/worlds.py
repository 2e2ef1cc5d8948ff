"""Worlds and snapshots."""

from sandbox.admin.worlds import SnapshotRow, WorldRow
from sandbox.http.problems import Problem, problems
from sandbox.openapi.description import Answer, Operation, Sample, Step, array, record

_NAMED = Sample({"name": "paid"})
_TAKEN = _NAMED._replace(before=[Step("PUT", "/_sandbox/snapshots/paid")])
_NO_SNAPSHOT = problems(Problem(404, "there is no snapshot 'paid'; none has been taken"))
_WORLDS = [Answer(record(worlds=array(WorldRow)))]
_SNAPSHOTS = [Answer(record(snapshots=array(SnapshotRow)))]

WORLDS = {
    "list_worlds": Operation("List the worlds of the server", _WORLDS),
    "remove_world": Operation(
        "Remove a world",
        _WORLDS,
        Sample({"name": "team-a"}, before=[Step("GET", "/w/team-a/_sandbox/health")]),
        failures=problems(
            Problem(404, "there is no world 'team-a'"),
            Problem(409, "the default world can't be removed, only reset"),
        ),
    ),
}
SNAPSHOTS = {
    "list_snapshots": Operation("List the snapshots of the world", _SNAPSHOTS),
    "take_snapshot": Operation(
        "Keep the world as it is",
        [
            Answer(SnapshotRow, 201, about="A new one."),
            Answer(SnapshotRow, about="In the place of one of that name."),
        ],
        _NAMED,
        failures=problems(
            Problem(400, "'../x' is no name", "name"), Problem(409, "there are 100 snapshots")
        ),
    ),
    "restore_snapshot": Operation(
        "Make the world as it was", [Answer(SnapshotRow)], _TAKEN, failures=_NO_SNAPSHOT
    ),
    "remove_snapshot": Operation("Forget a snapshot", _SNAPSHOTS, _TAKEN, failures=_NO_SNAPSHOT),
}
