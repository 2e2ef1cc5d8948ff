"""What a voucher is, and what becomes of it: redeemed in a day, or what a scenario says."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from marshmallow import fields, validate

from sandbox.engine.call import Call
from sandbox.engine.deliveries import Notice
from sandbox.engine.fields import DurationText, Shape, Strict
from sandbox.engine.ids import fakers
from sandbox.engine.instants import DAY, Duration, Instant
from sandbox.engine.lifecycle import enter
from sandbox.engine.model import Key, Lifecycle, Webhooks
from sandbox.engine.store import CollectionSpec, Document
from sandbox.engine.world import World

NAME = "voucher.vouchers"
COLLECTION = CollectionSpec(NAME, created=lambda _: 0)


@dataclass(frozen=True)
class Settings:
    redeemed_after: Duration = DAY


class NewVoucher(Strict):
    amount = fields.Integer(strict=True, load_default=1000, validate=validate.Range(1, 10**6))


class Voucher(Shape):
    id = fields.String()
    amount = fields.Integer()
    status = fields.String(validate=validate.OneOf(["issued", "redeemed", "expired"]))


def _voucher(voucher_id: str, amount: int) -> Document:
    return {"id": voucher_id, "amount": amount, "status": "issued"}


def issue(call: Call, amount: int) -> Document:
    with call:
        voucher = _voucher(call.world.ids.uuid("voucher"), amount)
        return dict(enter(call, LIFECYCLE, voucher["id"], voucher, "issued"))


def find(call: Call, voucher_id: str) -> Document | None:
    with call:
        return call.collection(NAME).get(voucher_id)


def _change(call: Call, voucher: Document, status: str, _: Instant) -> Document:
    changed, voucher_id = {**voucher, "status": status}, voucher["id"]
    if status == "redeemed":
        subject = ("voucher", "voucher", voucher_id)
        call.tell(Notice("voucher.redeemed", subject, (changed,), voucher_id, last=True))
    return changed


LIFECYCLE = Lifecycle(
    provider="voucher",
    kind="voucher",
    collection=NAME,
    next={"issued": ("redeemed", lambda call, _: call.world.settings["voucher"].redeemed_after)},
    may_become={"issued": ("redeemed", "expired"), "redeemed": (), "expired": ()},
    where={"id": Key(str, lambda voucher, value: voucher["id"] == value, fixtures=NAME)},
    state=lambda voucher: str(voucher["status"]),
    change=_change,
)
WEBHOOKS = Webhooks(
    events=("voucher.redeemed",),
    channels=("",),
    retries=(),
    body=lambda notice, event_id, _: {"event": event_id, "voucher": notice.documents[0]["id"]},
    sign=lambda raw, key: ("signature", hmac.new(key.encode(), raw, "sha256").hexdigest()),
    secret=lambda _: "voucher-secret",
)
SETTINGS = Strict.from_dict({"redeemed_after": DurationText()}, name="Settings")()
FIXTURES = Strict.from_dict({"vouchers": fields.Dict(values=fields.Nested(NewVoucher))})()


def populate(world: World, loaded: Mapping[str, Document]) -> None:
    for name, given in loaded.get("vouchers", {}).items():
        put(world, {name: _voucher(name, given["amount"])})
        world.fixtures.setdefault(NAME, {})[name] = {"id": name}


def make(world: World, count: int, seed: int | None, offset: int) -> dict[str, Document]:
    drawn = fakers(world.ids.seed_for(NAME, seed), offset, count)
    return {v["id"]: v for v in (_voucher(f.uuid4(), f.random_int(1, 5000)) for f in drawn)}


def put(world: World, made: Mapping[str, Document]) -> int:
    collection = world.store.collection(NAME)
    new = [voucher for voucher_id, voucher in made.items() if collection.get(voucher_id) is None]
    for voucher in new:
        collection.put(voucher["id"], voucher)
    return len(new)
