"""Worlds and their snapshots in the admin API."""

from operator import itemgetter
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response
from marshmallow import fields

from sandbox.admin.peers import Peers
from sandbox.engine.reading.fields import InstantText, Shape
from sandbox.engine.reading.validation import OneOf, listed
from sandbox.engine.worlds.registry import DEFAULT, NAME, RULE, Standing, Worlds
from sandbox.engine.worlds.state import Snapshot
from sandbox.engine.worlds.world import World
from sandbox.http.bodies import json_response
from sandbox.http.current import this_world, waits_for_receivers
from sandbox.http.problems import Problem
from sandbox.http.world_names import path_of
from sandbox.setting_values import MODES

# Worlds -----------------------------------------------------------------------------------------


def add_worlds(admin: Blueprint, worlds: Worlds, peers: Peers) -> None:
    """Add the calls about the worlds there are, here and on the other members."""

    @admin.get("/worlds")
    def list_worlds() -> Response:
        rows = [] if peers.is_own() else list(map(dump_world, worlds.all()))
        if not peers:
            return json_response({"worlds": rows})
        if peers.asks():
            own = worlds.default.state
            is_used = own.journal.seen or own.store.is_changed
            return json_response({"worlds": [r for r in rows if is_used or r["name"] != DEFAULT]})
        said = peers.ask("GET", "worlds")
        rows.extend(row for each in said for row in each.worlds)
        rows.sort(key=itemgetter("last_used_at"))
        silent = [each.member for each in said if each.status != 200]
        return json_response({"worlds": rows, "unanswered": silent})

    @admin.delete("/worlds/<name>")
    def remove_world(name: str) -> Response:
        try:
            worlds.remove(name)
        except KeyError as error:
            said = peers.ask("DELETE", f"worlds/{quote(name)}")
            if not any(each.status == 200 for each in said):
                silent = [f"; {each.member} gave no answer" for each in said if not each.status]
                raise Problem(404, f"there is no world {name!r}{''.join(silent)}") from error
        return list_worlds()


class WorldRow(Shape):
    """A world; `url` stands below the server's address, `last_used_at` is the machine's time.

    `member` is the address of the one that has it, of several: left out of those of the one that
    was asked.
    """

    name = fields.String()
    url = fields.String()
    now = InstantText()
    mode = fields.String(validate=OneOf(MODES))
    documents = fields.Integer()
    requests = fields.Integer()
    last_used_at = InstantText()
    member = fields.String(dump_default=None, metadata={"optional": True})


class WorldList(Shape):
    """The worlds; of several members, also the addresses of those that gave no answer."""

    worlds = fields.List(fields.Nested(WorldRow))
    unanswered = fields.List(fields.String(), metadata={"optional": True})


_WORLD = WorldRow()


def dump_world(standing: Standing) -> dict[str, Any]:
    """A world, as it stands."""
    world = standing.world
    with world.lock:
        shown = {
            "name": world.name,
            "url": path_of(world.name) or "/",
            "now": world.state.clock.now(),
            "mode": world.state.clock.mode,
            "documents": len(world.state.store),
            "requests": world.state.journal.seen,
            "last_used_at": standing.last_used,
        }
    return dict(_WORLD.dump(shown))


# Snapshots --------------------------------------------------------------------------------------


def add_snapshots(admin: Blueprint) -> None:
    """Add the calls about a world's snapshots."""
    admin.get("/snapshots")(list_snapshots)
    admin.put("/snapshots/<name>")(take_snapshot)
    admin.delete("/snapshots/<name>")(remove_snapshot)
    admin.post("/snapshots/<name>/restore")(restore_snapshot)


def list_snapshots() -> Response:
    """All there are, by name."""
    world = this_world()
    with world.lock:
        kept = sorted(world.snapshots.items())
    return json_response({"snapshots": [dump_snapshot(name, each) for name, each in kept]})


@waits_for_receivers
def take_snapshot(name: str) -> Response:
    """Keep the world as it is."""
    is_new = keep(this_world(), name)
    return json_response(dump_snapshot(name, _known(name)), 201 if is_new else 200)


def keep(world: World, name: str) -> bool:
    """Take a snapshot; whether there was none of the name before.

    Raises:
        Problem: 400, the name is none.
        Conflict: see `World.take_snapshot`.
    """
    if not NAME.fullmatch(name):
        raise Problem(400, f"{name!r} is no name: {RULE}", "name")
    return world.take_snapshot(name)


def restore_snapshot(name: str) -> Response:
    """Make the world as it was."""
    snapshot = _known(name)
    this_world().restore(snapshot)
    return json_response(dump_snapshot(name, snapshot))


def remove_snapshot(name: str) -> Response:
    """Forget one."""
    world = this_world()
    with world.lock:
        _known(name)
        world.forget(name)
    return list_snapshots()


def _known(name: str) -> Snapshot:
    world = this_world()
    with world.lock:
        if name not in world.snapshots:
            there = (
                listed(sorted(world.snapshots), name) if world.snapshots else "none has been taken"
            )
            raise Problem(404, f"there is no snapshot {name!r}; {there}")
        return world.snapshots[name]


class SnapshotRow(Shape):
    """A snapshot; `at` is the world's time when it was taken."""

    name = fields.String()
    at = InstantText()
    documents = fields.Integer()


_SNAPSHOT = SnapshotRow()


def dump_snapshot(name: str, snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot, and what it holds."""
    shown = {"name": name, "at": snapshot.start.now, "documents": snapshot.documents}
    return dict(_SNAPSHOT.dump(shown))
