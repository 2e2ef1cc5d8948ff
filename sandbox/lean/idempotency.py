"""Idempotency keys: a request that comes again gets the answer that it got the first time."""

import json
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from hashlib import blake2b
from typing import Concatenate, ParamSpec, TypeVar, cast

from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec
from sandbox.engine.values.instants import DAY, Duration
from sandbox.lean.errors import duplicated_request, invalid

COLLECTION = CollectionSpec("lean.idempotency_keys", created=lambda answer: int(answer["at"]))
_KEPT: Duration = DAY
LONGEST_KEY = 255
"""Characters."""
Asked = TypeVar("Asked")
T = TypeVar("T")
More = ParamSpec("More")


def once(
    what: str,
) -> Callable[
    [Callable[Concatenate[Call, Asked, More], T]],
    Callable[Concatenate[Call, Asked, str | None, object, More], T],
]:
    """Decorates a rule that makes something of what a request asks for: JSON values only.

    It is called with the request's idempotency key, if one came, and its parsed body, too; the rule
    has its turn in it. A request that comes again gets what was made the first time. Where the rule
    raises, the key stays free.

    Args:
        what: what the rule makes; its keys are its own.

    Raises:
        LeanError: 400 INVALID_PARAMETERS, the key is too long; 409 DUPLICATED_REQUEST, it came
            with another body.
    """

    def decorate(
        make: Callable[Concatenate[Call, Asked, More], T],
    ) -> Callable[Concatenate[Call, Asked, str | None, object, More], T]:
        @wraps(make)
        def made_once(
            call: Call,
            asked: Asked,
            key: str | None,
            body: object,
            /,
            *args: More.args,
            **more: More.kwargs,
        ) -> T:
            with call:
                if not key:
                    return make(call, asked, *args, **more)
                if len(key) > LONGEST_KEY:
                    raise invalid("idempotency-key", key)
                answers, name = call.collection(COLLECTION.name), f"{what} {key}"
                answers.remove_before(call.now - _KEPT + 1)
                first, digest = answers.get(name), _digest(body)
                if first is None:
                    made = make(call, asked, *args, **more)
                    answers.put(name, {"at": call.now, "digest": digest, "made": made})
                    return made
                if first["digest"] != digest:
                    raise duplicated_request()
                return cast(T, first["made"])

        return made_once

    return decorate


def _digest(body: object) -> str:
    text = json.dumps(body, sort_keys=True, default=_exact)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _exact(number: Decimal) -> int | str:
    """The same for the same number, however it is written."""
    if number.adjusted() < 30 and number == number.to_integral_value():
        return int(number)
    return str(number.normalize())
