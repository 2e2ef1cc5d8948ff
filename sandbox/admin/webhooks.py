"""Webhooks in the admin API: where they go, and how each delivery went."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from sandbox.engine.addresses import Address, BadAddress, check_url
from sandbox.engine.explain import listed
from sandbox.engine.fields import Strict
from sandbox.engine.instants import iso
from sandbox.engine.model import Webhooks
from sandbox.engine.outbox import Attempt, Delivery, Status
from sandbox.http.bodies import json_response
from sandbox.http.control import load, load_query
from sandbox.http.exchange import this_call
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

if TYPE_CHECKING:
    from sandbox.engine.sending import Answer

_SECRET = validate.Length(min=1, max=500)


class DeliveryFilter(Strict):
    """The query of `GET /webhooks/deliveries`; `limit` leaves the latest."""

    provider = fields.String()
    event = fields.String()
    subject = fields.String()
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    limit = fields.Integer(load_default=None, validate=validate.Range(min=1))


_FILTER = DeliveryFilter()


def add_webhooks(admin: Blueprint, providers: Sequence[Provider]) -> None:
    """Add the calls about webhooks."""
    known = {provider.name: provider.model.webhooks for provider in providers}
    schemas = {name: _address_schema(webhooks) for name, webhooks in known.items()}

    def of(provider: str) -> Webhooks:
        if provider not in known:
            raise Problem(404, f"there is no provider {provider!r}; {listed(known)}")
        return known[provider]

    def put_address(provider: str) -> Response:
        return _put(provider, of(provider), load(schemas[provider]))

    def delete_address(provider: str) -> Response:
        given = load_query(_domain_schema(of(provider)))
        return _delete(provider, given.get("domain"))

    admin.add_url_rule("/webhooks", view_func=list_addresses)
    admin.add_url_rule("/webhooks/<provider>", view_func=put_address, methods=["PUT"])
    admin.add_url_rule("/webhooks/<provider>", view_func=delete_address, methods=["DELETE"])
    admin.add_url_rule("/webhooks/deliveries", view_func=list_deliveries)
    admin.add_url_rule(
        "/webhooks/deliveries/<int:id>/redeliver", view_func=redeliver, methods=["POST"]
    )


# Addresses --------------------------------------------------------------------------------------


def list_addresses() -> Response:
    """Where webhooks go."""
    world = this_call().world
    with world.lock:
        addresses = dict(world.outbox.addresses)
    shown = [dump_address(*channel, address) for channel, address in addresses.items()]
    return json_response({"webhooks": shown})


def dump_address(provider: str, channel: str, address: Address) -> dict[str, Any]:
    """An address; its secret is not shown."""
    return {
        "provider": provider,
        "domain": channel or None,
        "url": address.url,
        "secret": None if address.secret is None else "***",
        "events": None if address.events is None else sorted(address.events),
    }


def _domain_schema(webhooks: Webhooks) -> Schema:
    """The key by which channels are told apart, where there are several."""
    if len(webhooks.channels) == 1:
        return Strict()
    domain = fields.String(validate=validate.OneOf(webhooks.channels))
    return Strict.from_dict({"domain": domain}, name="Domain")()


def _address_schema(webhooks: Webhooks) -> Schema:
    event = fields.String(validate=validate.OneOf(webhooks.events))
    some = validate.Length(min=1)
    keys: dict[str, Any] = {
        "url": fields.String(required=True),
        "secret": fields.String(load_default=None, allow_none=True, validate=_SECRET),
        "events": fields.List(event, load_default=None, allow_none=True, validate=some),
        **_domain_schema(webhooks).fields,
    }
    return Strict.from_dict(keys, name="Address")()


def _put(provider: str, webhooks: Webhooks, given: Mapping[str, Any]) -> Response:
    world = this_call().world
    try:
        check_url(given["url"], world.webhooks.hosts)
    except BadAddress as error:
        raise Problem(400, str(error), "url") from error
    events = None if given["events"] is None else frozenset(given["events"])
    address = Address(given["url"], given["secret"], events)
    channel = given.get("domain", webhooks.channels[0])
    world.address((provider, channel), address)
    probe = dump_answer(world.outbox.probe(address.url)) if webhooks.probed else None
    return json_response({**dump_address(provider, channel, address), "probe": probe})


def _delete(provider: str, domain: str | None) -> Response:
    world = this_call().world
    with world.lock:
        addresses = world.outbox.addresses
        for name, channel in list(addresses):
            if name == provider and domain in (None, channel):
                del addresses[name, channel]
    return list_addresses()


# Deliveries -------------------------------------------------------------------------------------


def list_deliveries() -> Response:
    """The deliveries that match, oldest first."""
    world, given = this_call().world, load_query(_FILTER)
    limit = given.pop("limit")
    with world.lock:
        found = [delivery for delivery in world.outbox if _matches(delivery, given)]
        dropped = world.outbox.dropped
    latest = found[-limit:] if limit else found
    return json_response({"deliveries": list(map(dump_delivery, latest)), "dropped": dropped})


def _matches(delivery: Delivery, given: dict[str, str]) -> bool:
    notice = delivery.notice
    known = {
        "provider": notice.provider,
        "event": notice.event,
        "subject": notice.subject[2],
        "status": delivery.status,
    }
    return all(known[key] == value for key, value in given.items())


def redeliver(id: int) -> Response:
    """Try one once more."""
    delivery = this_call().world.redeliver(id)
    if delivery is None:
        raise Problem(404, f"there is no delivery {id}")
    return json_response(dump_delivery(delivery))


def dump_delivery(delivery: Delivery) -> dict[str, Any]:
    """A delivery, with all of its attempts."""
    return {
        "id": delivery.number,
        "at": iso(delivery.at),
        "provider": delivery.notice.provider,
        "event": delivery.notice.event,
        "subject": delivery.notice.subject[2],
        "url": delivery.url,
        "status": delivery.status,
        "body": json.loads(delivery.message.body),
        "headers": delivery.headers,
        "attempts": [_attempt(attempt) for attempt in delivery.attempts],
        "next_attempt_at": None if delivery.next_at is None else iso(delivery.next_at),
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {"at": iso(attempt.at), **dump_answer(attempt.answer)}


def dump_answer(answer: "Answer") -> dict[str, Any]:
    """What came of a call: of the answer's body, the first bytes."""
    return {
        "status": answer.status,
        "error": answer.error,
        "duration_ms": answer.duration / 1000,
        "answer": answer.body.decode("utf-8", "replace") or None,
    }
