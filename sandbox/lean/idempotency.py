"""Idempotency keys: a request that comes again gets the answer that it got the first time."""

import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import blake2b
from typing import TypeVar, cast

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec
from sandbox.engine.values.instants import DAY, Duration
from sandbox.lean.errors import duplicated_request, invalid

COLLECTION = CollectionSpec("lean.idempotency_keys", created=lambda answer: int(answer["at"]))
_KEPT: Duration = DAY
LONGEST_KEY = 255
"""Characters."""
T = TypeVar("T")


def once(call: Call, what: str, key: str | None, body: object, make: Callable[[], T]) -> T:
    """Make something; for a request that comes again, what was made the first time.

    Its caller holds the world's lock.

    Args:
        call: the world and the moment.
        what: what the request makes; its keys are its own.
        key: the idempotency key, if one came.
        body: the parsed body, to tell a repeated request from another with the same key.
        make: makes it: JSON values only. Where it raises, the key stays free.

    Raises:
        LeanError: 400 INVALID_PARAMETERS, the key is too long; 409 DUPLICATED_REQUEST, it came
            with another body.
    """
    if not key:
        return make()
    if len(key) > LONGEST_KEY:
        raise invalid("idempotency-key", key)
    answers, name, digest = call.collection(COLLECTION.name), f"{what} {key}", _digest(body)
    answers.remove_before(call.now - _KEPT + 1)
    first = answers.get(name)
    if first is not None:
        if first["digest"] != digest:
            raise duplicated_request()
        return cast(T, first["made"])
    made = make()
    answers.put(name, {"at": call.now, "digest": digest, "made": made})
    return made


def _digest(body: object) -> str:
    text = json.dumps(body, sort_keys=True, default=_exact)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _exact(number: Decimal) -> int | str:
    """The same for the same number, however it is written."""
    if number.adjusted() < 30 and number == number.to_integral_value():
        return int(number)
    return str(number.normalize())
