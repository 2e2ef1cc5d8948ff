"""What a voucher is, and what becomes of it: redeemed in a day, or what a scenario says."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from sandbox.engine.lifecycle import enter
from sandbox.engine.provider.fixtures import Fixture, FixtureGroup, values_of
from sandbox.engine.provider.ledger import Listed
from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Notice
from sandbox.engine.provider.resources import Resource, by_key
from sandbox.engine.provider.rules import Call, Lifecycle
from sandbox.engine.reading.fields import DurationText, Shape, Strict
from sandbox.engine.scenarios.vocabulary import Key, same
from sandbox.engine.store.collections import Document
from sandbox.engine.values.ids import uuid_of
from sandbox.engine.values.instants import DAY, Duration, Instant

VOUCHERS = Resource("voucher.vouchers", indexes=by_key("status"))
LISTED = Listed(VOUCHERS, "id", {"issued": "open", "redeemed": "settled", "expired": "failed"})


@dataclass(frozen=True)
class Settings:
    redeemed_after: Duration = DAY


class NewVoucher(Strict):
    amount = fields.Integer(strict=True, load_default=1000, validate=validate.Range(1, 10**6))


class Voucher(Shape):
    id = fields.String()
    amount = fields.Integer()
    status = fields.String(validate=validate.OneOf(["issued", "redeemed", "expired"]))


def _voucher(call: Call, voucher_id: str, amount: int) -> Document:
    made = {"id": voucher_id, "amount": amount, "currency": "USD", "created_at": call.now}
    return {**made, "status": "issued", "by": call.origin}


def issue(call: Call, amount: int) -> Document:
    with call:
        voucher = _voucher(call, call.ids.uuid("voucher"), amount)
        return dict(enter(call, LIFECYCLE, voucher["id"], voucher, "issued"))


def _change(call: Call, voucher: Document, status: str, _: Instant) -> Document:
    changed, voucher_id = {**voucher, "status": status}, voucher["id"]
    if status == "redeemed":
        subject = ("voucher", "voucher", voucher_id)
        call.tell(Notice("voucher.redeemed", subject, (changed,), voucher_id, last=True))
    return changed


LIFECYCLE = Lifecycle(
    provider="voucher",
    kind="voucher",
    collection=VOUCHERS.name,
    next={"issued": ("redeemed", lambda call, _: call.settings("voucher").redeemed_after)},
    may_become={"issued": ("redeemed", "expired"), "redeemed": (), "expired": ()},
    where={"id": Key(str, same("id"), collection=VOUCHERS.name)},
    state=lambda voucher: str(voucher["status"]),
    change=_change,
)
WEBHOOKS = Webhooks(
    events=("voucher.redeemed",),
    channels=("",),
    retries=(),
    body=lambda notice, event_id, _: {"event": event_id, "voucher": notice.documents[0]["id"]},
    sign=lambda raw, key, _: ("signature", hmac.new(key.encode(), raw, "sha256").hexdigest()),
    secret=lambda _: "voucher-secret",
)
SETTINGS = Strict.from_dict({"redeemed_after": DurationText()}, name="Settings")()


class Gift(Fixture):
    id = fields.String(required=True)
    amount = fields.Integer()


def _put(call: Call, _: str, given: Mapping[str, Any]) -> Document:
    return VOUCHERS.put(call, _voucher(call, given["id"], given["amount"]))


FIXTURES = (FixtureGroup("vouchers", Gift, VOUCHERS, _put, values_of("amount")),)


def make(call: Call, seed: str, numbers: Iterable[int]) -> dict[str, Document]:
    ids = {uuid_of(f"{seed}/voucher/{n}"): n for n in numbers}
    return {voucher_id: _voucher(call, voucher_id, n + 1) for voucher_id, n in ids.items()}
