"""Deliveries as rows: what they tell of, their attempts, and what holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.engine.keeping.codec import Codec
from sandbox.engine.keeping.table import Key
from sandbox.engine.provider.model import Webhooks
from sandbox.engine.provider.notices import Effect, Notice
from sandbox.engine.scenarios.activation import Activation
from sandbox.engine.store.collections import Document
from sandbox.engine.webhooks.delivery import Answer, Attempt, Delivery, Message
from sandbox.engine.webhooks.dispatch import Held
from sandbox.engine.webhooks.outbox import Hold, Outbox

_PLAIN = (
    "repeats",
    "status",
    "url",
    "secret",
    "planned",
    "first_at",
    "next_at",
    "place",
    "sent_at",
)
_BY = ("delayed_by", "swapped_by", "awaited_by")
_NONE = Effect()


def text_of(
    delivery: Delivery,
    outbox: Outbox,
    codec: Codec,
    number: Callable[[Activation], int],
    shown: Callable[[Document], list[Any]],
    place: Callable[[int], int],
) -> str:
    """The text of a delivery's row; `place` is asked for those in the order of all that happens."""
    message, effect = delivery.message, delivery.effect
    notice, hold = message.notice, outbox.hold(delivery)
    of_effect = None
    if effect != _NONE:
        by = {key: list(map(number, getattr(effect, key))) for key in _BY}
        of_effect = {**effect._asdict(), **by}
    values = {
        "message": [message.number, message.at, place(message.tick)],
        "notice": [
            *notice[:2],
            notice.topic,
            notice.channel,
            notice.last,
            list(map(shown, notice.documents)),
        ],
        "effect": of_effect,
        "hold": None
        if hold is None
        else [hold.why, hold.held._replace(order=place(hold.held.order))],
        "attempts": [
            [at, place(tick), answer._replace(body=answer.body.decode("latin-1"))]  # type: ignore[arg-type]
            for at, answer, tick in delivery.attempts
        ],
        **{key: getattr(delivery, key) for key in _PLAIN},
    }
    return codec.text(values)


def read(
    rows: Mapping[Key, str],
    codec: Codec,
    webhooks: Mapping[str, Webhooks],
    activations: Mapping[int, Activation],
    document: Callable[[Sequence[Any]], Document],
    back: Callable[[int], int],
) -> Iterator[tuple[Delivery, Hold | None]]:
    """The deliveries of their rows, in their order."""
    messages: dict[int, Message] = {}
    keys = sorted(rows, key=int)
    values: dict[str, Any]
    for key, values in zip(keys, codec.values(map(rows.__getitem__, keys)), strict=True):
        number, at, place = values.pop("message")
        event, subject, topic, channel, last, documents = values.pop("notice")
        message = messages.get(number)
        if message is None or not values["repeats"]:
            notice = Notice(
                event, tuple(subject), tuple(map(document, documents)), topic, channel, last
            )
            message = Message(number, notice, at, webhooks[notice.provider], back(place))
            messages[number] = message
        effect, hold, attempts = (values.pop(name) for name in ("effect", "hold", "attempts"))
        if effect is not None:
            by = {name: tuple(map(activations.__getitem__, effect[name])) for name in _BY}
            effect = Effect(**{**effect, **by, "acted": tuple(effect["acted"])})
        made = []
        for at, tick, (status, error, body, duration) in attempts:
            answer = Answer(status, error, body.encode("latin-1"), duration)
            made.append(Attempt(at, answer, back(tick)))
        if hold is not None:
            why, (planned, since, order) = hold
            hold = Hold(why, Held(planned, since, back(order)))
        told = effect or _NONE
        yield Delivery(int(key), message, told, attempts=tuple(made), **values), hold
