"""The admin API, whole, with every provider's part."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from marshmallow import fields

from sandbox.admin import schemas
from sandbox.admin.openapi import (
    clock,
    documents,
    ledger,
    requests,
    scenarios,
    story,
    weather,
    webhooks,
    worlds,
)
from sandbox.engine.reading.fields import Shape
from sandbox.engine.worlds.registry import RULE
from sandbox.http.bodies import MOST_BYTES
from sandbox.http.problems import PROBLEM, Problem
from sandbox.http.provider import Provider
from sandbox.openapi.description import Case, Description, Failure, Operation, Operations, Settled


class ProblemDocument(Shape):
    """An error (RFC 9457); `field` and `reason` where one key is at fault."""

    type = fields.Constant("about:blank")
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    field = fields.String(metadata={"optional": True})
    reason = fields.String(metadata={"optional": True})


_BEARER = {"WWW-Authenticate": fields.Constant("Bearer")}
_COMMON = [
    Failure(problem.status, problem.document(), headers)
    for problem, headers in (
        (Problem(400, f"Sandbox-World: 'team a' names no world: {RULE}"), {}),
        (Problem(401, "the admin API wants Authorization: Bearer <SANDBOX_ADMIN_TOKEN>"), _BEARER),
        (Problem(403, "a page of another site may not call the sandbox"), {}),
        (Problem(413, f"a body has at most {MOST_BYTES} bytes"), {}),
        (Problem(415, "Content-Encoding br is not read: send gzip, deflate or none"), {}),
        (Problem(421, "evil.example is no host of this sandbox's; …"), {}),
    )
]


def describe(name: str, providers: Sequence[Provider]) -> Description:
    """What is said of a provider's API, or of the admin API."""
    apis = {provider.name: provider.describe for provider in providers}
    return apis[name]().api if name in apis else _admin(providers)


def _admin(providers: Sequence[Provider]) -> Description:
    """The admin API, with every provider's part."""
    models = [provider.model for provider in providers]
    return Description(
        title="Refund sandbox admin",
        about="Moves the clock, switches scenarios, stands in for payers and banks, shows what was "
        "asked and sent. Below `/w/{name}/_sandbox` it is that of another world.",
        groups={
            "clock": clock.OPERATIONS,
            "scenarios": scenarios.OPERATIONS,
            "weather": weather.OPERATIONS,
            "documents": documents.operations(models),
            "ledger": ledger.operations([provider.name for provider in providers]),
            "requests": requests.operations([provider.name for provider in providers]),
            "story": story.OPERATIONS,
            "webhooks": webhooks.operations(models),
            "snapshots": worlds.SNAPSHOTS,
            "worlds": worlds.WORLDS,
            **{provider.name: _control(provider) for provider in providers},
        },
        error=lambda _: ProblemDocument,
        error_name=itemgetter("title"),
        error_media=PROBLEM,
        path=_part_of_path,
        security={
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "SANDBOX_ADMIN_TOKEN, if the server was started with one.",
            }
        },
        wants=[{}, {"token": []}],
        common=lambda _: _COMMON,
        credentials={"lean-app-token": "sandbox"},
        owners=[provider.name for provider in providers],
    )


def _part_of_path(name: str) -> fields.Field[Any]:
    """A delivery's id and a transaction's are numbers; all else are texts."""
    return fields.Integer() if name in ("id", "transaction_id") else fields.String()


def _control(provider: Provider) -> Operations:
    described = provider.describe()
    settling = {
        f"settle_{provider.name}_{kind}": _settling(provider, kind, settled)
        for kind, settled in described.settled.items()
    }
    return {**described.control, **settling}


def _settling(provider: Provider, kind: str, settled: Settled) -> Operation:
    return Operation(
        f"Decide a {kind} now",
        settled.schema,
        settled.sample,
        type(schemas.settlement_schema(provider.model.lifecycles[kind])),
        settled.before,
        wrong={"status": ["DONE"], "subject": ["17"]},
        refused=[Case(again=True)],
        about="It goes through the states on the way.",
    )
