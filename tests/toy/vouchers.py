"""What a voucher is, and what becomes of it: redeemed in a day, or what a scenario says."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from marshmallow import fields, validate

from sandbox.engine.lifecycle import enter
from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.reading.fields import DurationText, Shape, Strict
from sandbox.engine.scenarios.vocabulary import Key
from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.engine.values.ids import fakers
from sandbox.engine.values.instants import DAY, Duration, Instant

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
        voucher = _voucher(call.ids.uuid("voucher"), amount)
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
    next={"issued": ("redeemed", lambda call, _: call.settings("voucher").redeemed_after)},
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


def populate(call: Call, loaded: Mapping[str, Document]) -> None:
    for name, given in loaded.get("vouchers", {}).items():
        put(call, {name: _voucher(name, given["amount"])})
        call.fixtures.setdefault(NAME, {})[name] = {"id": name}


def make(call: Call, count: int, seed: int | None, offset: int) -> dict[str, Document]:
    drawn = fakers(call.ids.seed_for(NAME, seed), offset, count)
    return {v["id"]: v for v in (_voucher(f.uuid4(), f.random_int(1, 5000)) for f in drawn)}


def put(call: Call, made: Mapping[str, Document]) -> int:
    collection = call.collection(NAME)
    new = [voucher for voucher_id, voucher in made.items() if collection.get(voucher_id) is None]
    for voucher in new:
        collection.put(voucher["id"], voucher)
    return len(new)
