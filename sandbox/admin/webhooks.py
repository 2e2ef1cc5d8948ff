"""Webhooks in the admin API: where they go, and how each delivery went."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from flask import Blueprint, Response
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from sandbox.admin.masking import STRUCK_OUT, masked
from sandbox.engine.provider.model import Webhooks
from sandbox.engine.reading.fields import DurationText, InstantText, Shape, Strict
from sandbox.engine.reading.validation import OneOf, listed
from sandbox.engine.webhooks.delivery import SHOWN, Answer, Status
from sandbox.engine.webhooks.delivery import Delivery as Sent
from sandbox.engine.webhooks.endpoints import PULL, Address, BadAddress, check_url
from sandbox.engine.worlds.world import World
from sandbox.http.admin_requests import load, load_query
from sandbox.http.bodies import json_response
from sandbox.http.current import this_world, waits_for_receivers
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider
from sandbox.http.request_guard import ADMIN

_SECRET = validate.Length(min=1, max=500)
USUAL_LIMIT = 1000
"""How many entries a list shows, unless told."""
MOST_SHOWN = 10_000


class DeliveryFilter(Strict):
    """The query of `GET /webhooks/deliveries`; `limit` leaves the last ones before `before`."""

    provider = fields.String()
    event = fields.String()
    subject = fields.String()
    status = fields.String(validate=OneOf(get_args(Status)))
    limit = fields.Integer(load_default=USUAL_LIMIT, validate=validate.Range(min=1, max=MOST_SHOWN))
    before = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1),
        metadata={"description": "The id of a delivery: those that went out before it."},
    )


class AddressedTo(Shape):
    """Where a provider's webhooks go; the secret is not shown, `events` null means all."""

    provider = fields.String()
    domain = fields.String(allow_none=True)
    url = fields.String()
    secret = fields.Function(
        lambda address: None if address["secret"] is None else STRUCK_OUT,
        metadata={"type": ["string", "null"]},
    )
    events = fields.Function(
        lambda address: None if address["events"] is None else sorted(address["events"]),
        metadata={"type": ["array", "null"], "items": {"type": "string"}},
    )


class Probe(Shape):
    """What came of calling an address; the body of its answer is not read."""

    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    duration_ms = fields.Function(
        lambda answer: answer.duration / 1000, metadata={"type": "number"}
    )
    answer = fields.Function(
        lambda _: None, metadata={"type": "null", "description": "Null: no body is read."}
    )


class Addressed(AddressedTo):
    """An address, and what came of calling it, where the provider does so."""

    probe = fields.Nested(Probe, allow_none=True)


class Tried(Shape):
    """An attempt at delivery."""

    at = InstantText()
    status = fields.Integer(attribute="answer.status", allow_none=True)
    error = fields.String(attribute="answer.error", allow_none=True)
    duration_ms = fields.Function(
        lambda attempt: attempt.answer.duration / 1000, metadata={"type": "number"}
    )
    answer = fields.Function(
        lambda attempt: masked(attempt.answer.body.decode("utf-8", "replace")) or None,
        metadata={"type": ["string", "null"]},
    )


class Delivery(Shape):
    """A webhook, with all attempts to deliver it. `url` is null where it was collected."""

    id = fields.Integer(attribute="number")
    at = InstantText()
    provider = fields.String(attribute="notice.provider")
    event = fields.String(attribute="notice.event")
    subject = fields.Function(
        lambda delivery: delivery.notice.subject[2], metadata={"type": "string"}
    )
    url = fields.String(allow_none=True)
    status = fields.String(validate=OneOf(get_args(Status)))
    sent_at = InstantText(
        allow_none=True,
        metadata={"description": "Null: a scenario holds it back, or has lost it."},
    )
    body = fields.Function(
        lambda delivery: json.loads(delivery.message.body), metadata={"type": "object"}
    )
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    attempts = fields.List(fields.Nested(Tried))
    next_attempt_at = InstantText(attribute="next_at", allow_none=True)
    hint = fields.String(
        allow_none=True, metadata={"description": "What to do about an answer of 401 or 403."}
    )


class Pulled(Delivery):
    """A delivery that was pulled, with the bytes that are sent, as text."""

    domain = fields.Function(
        lambda delivery: delivery.notice.channel or None, metadata={"type": ["string", "null"]}
    )
    text = fields.Function(
        lambda delivery: delivery.message.body.decode(), metadata={"type": "string"}
    )


class Reported(Strict):
    """The body of `POST /webhooks/deliveries/{id}/answer`: what a receiver answered, or what went
    wrong.
    """

    status = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(100, 599)
    )
    error = fields.String(load_default=None, allow_none=True, validate=_SECRET)
    body = fields.String(load_default="", validate=validate.Length(max=SHOWN))
    duration = DurationText(load_default=0)

    @validates_schema
    def _one(self, data: dict[str, Any], **_: Any) -> None:
        if (data["status"] is None) == (data["error"] is None):
            raise ValidationError("give one of status, error")


_FILTER = DeliveryFilter()
_ADDRESSED = Addressed()
_ADDRESS = AddressedTo()
_DELIVERY = Delivery()
_PULLED = Pulled()
_REPORT = Reported()


def add_webhooks(admin: Blueprint, providers: Sequence[Provider]) -> None:
    """Add the calls about webhooks."""
    known = {provider.name: provider.model.webhooks for provider in providers}
    schemas = {name: address_schema(name, webhooks) for name, webhooks in known.items()}

    def of(provider: str) -> Webhooks:
        if provider not in known:
            raise Problem(404, f"there is no provider {provider!r}; {listed(known, provider)}")
        return known[provider]

    @admin.put("/webhooks/<provider>")
    @waits_for_receivers
    def put_address(provider: str) -> Response:
        webhooks = of(provider)
        address = set_address(this_world(), provider, webhooks, load(schemas[provider]))
        return json_response(_ADDRESSED.dump(address))

    @admin.delete("/webhooks/<provider>")
    def delete_address(provider: str) -> Response:
        domain = load_query(_domain_schema(of(provider))).get("domain")
        remove_addresses(this_world(), provider, domain)
        return list_addresses()

    @admin.get("/webhooks/deliveries")
    def list_deliveries() -> Response:
        given, world = load_query(_FILTER), this_world()
        limit, before = given.pop("limit"), given.pop("before")
        if given.get("provider", min(known)) not in known:
            raise Problem(400, listed(known, given["provider"]), "provider")
        with world.lock:
            deliveries = world.state.outbox.deliveries
            place = deliveries.places + 1 if before is None else deliveries.place_of(before)
            matching = [each for each in deliveries.as_sent() if is_asked_for(each, given, place)]
            dropped = deliveries.dropped
        found = _DELIVERY.dump(matching[-limit:], many=True)
        more = len(matching) - len(found)
        return json_response({"deliveries": found, "dropped": dropped, "more": more})

    admin.get("/webhooks")(list_addresses)
    admin.post("/webhooks/deliveries/flush")(flush_webhooks)
    admin.post("/webhooks/deliveries/pull")(pull_webhook)
    admin.post("/webhooks/deliveries/<int:id>/answer")(answer_webhook)
    admin.post("/webhooks/deliveries/<int:id>/redeliver")(redeliver)


# Addresses --------------------------------------------------------------------------------------


def list_addresses() -> Response:
    """Where webhooks go."""
    world = this_world()
    with world.lock:
        addresses = dict(world.state.outbox.addresses)
    shown = [_shown(*channel, address) for channel, address in addresses.items()]
    return json_response({"webhooks": _ADDRESS.dump(shown, many=True)})


def set_address(
    world: World, provider: str, webhooks: Webhooks, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Let webhooks go to an address, which is called where the provider does so.

    Args:
        world: whose webhooks.
        provider: whose, by name.
        webhooks: likewise.
        given: loaded by its `address_schema`.

    Returns:
        What `Addressed` shows.

    Raises:
        Problem: 400, they may not go there.
    """
    try:
        check_url(given["url"], world.state.outbox.hosts, ADMIN)
    except BadAddress as error:
        raise Problem(400, str(error), "url") from error
    events = None if given["events"] is None else frozenset(given["events"])
    address = Address(given["url"], given["secret"], events)
    channel = given.get("domain", webhooks.channels[0])
    world.address((provider, channel), address)
    is_called = webhooks.probed and address.url != PULL
    probe = world.state.outbox.probe(address.url) if is_called else None
    return {**_shown(provider, channel, address), "probe": probe}


def remove_addresses(world: World, provider: str, domain: str | None) -> None:
    """Let a provider's webhooks go nowhere: those of a domain, or (None) all."""
    with world.lock:
        for name, channel in list(world.state.outbox.addresses):
            if name == provider and domain in (None, channel):
                world.address((name, channel), None)


def _shown(provider: str, channel: str, address: Address) -> dict[str, Any]:
    return {**address._asdict(), "provider": provider, "domain": channel or None}


def _domain_schema(webhooks: Webhooks) -> Schema:
    """The key by which channels are told apart, where there are several."""
    if len(webhooks.channels) == 1:
        return Strict()
    domain = fields.String(validate=OneOf(webhooks.channels))
    return Strict.from_dict({"domain": domain}, name="Domain")()


def address_schema(provider: str, webhooks: Webhooks) -> Schema:
    """The body of `PUT /webhooks/{provider}`."""
    event = fields.String(validate=OneOf(webhooks.events))
    some = validate.Length(min=1)
    keys: dict[str, Any] = {
        "url": fields.String(required=True),
        "secret": fields.String(load_default=None, allow_none=True, validate=_SECRET),
        "events": fields.List(event, load_default=None, allow_none=True, validate=some),
        **_domain_schema(webhooks).fields,
    }
    return Strict.from_dict(keys, name=f"{provider.title()}Address")()


# Deliveries -------------------------------------------------------------------------------------


def is_asked_for(delivery: Sent, given: Mapping[str, str], before: int) -> bool:
    """Whether a delivery is one that a `DeliveryFilter` asks for, at a place below `before`."""
    return (
        given.get("provider", delivery.notice.provider) == delivery.notice.provider
        and given.get("event", delivery.notice.event) == delivery.notice.event
        and given.get("subject", delivery.notice.subject[2]) == delivery.notice.subject[2]
        and given.get("status", delivery.status) == delivery.status
        and delivery.place < before
    )


@waits_for_receivers
def flush_webhooks() -> Response:
    """Send what is held until the clock is moved, and wait for all that is under way."""
    return json_response({"deliveries": _DELIVERY.dump(this_world().send_webhooks(), many=True)})


def pull_webhook() -> Response:
    """Hand out the next delivery that waits to be pulled."""
    world = this_world()
    with world.lock:
        delivery = world.state.outbox.pull()
    return json_response({"delivery": None if delivery is None else _PULLED.dump(delivery)})


def answer_webhook(id: int) -> Response:
    """Take what came of a delivery that was pulled."""
    given, world = load(_REPORT), this_world()
    answer = Answer(given["status"], given["error"], given["body"].encode(), given["duration"])
    with world.lock:
        if world.state.outbox.deliveries.get(id) is None:
            raise Problem(404, f"there is no delivery {id}")
        try:
            delivery = world.state.outbox.pulled(id, answer)
        except KeyError as error:
            raise Problem(409, f"delivery {id} has not been pulled, or was answered") from error
    return json_response(_DELIVERY.dump(delivery))


@waits_for_receivers
def redeliver(id: int) -> Response:
    """Try one once more."""
    delivery = this_world().redeliver(id)
    if delivery is None:
        raise Problem(404, f"there is no delivery {id}")
    return json_response(_DELIVERY.dump(delivery))
