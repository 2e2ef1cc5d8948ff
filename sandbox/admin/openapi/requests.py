"""The requests seen."""

from collections.abc import Sequence

from sandbox.admin.log import LogLine, LogQuery
from sandbox.admin.requests import RequestFilter, SeenRequest
from sandbox.openapi.description import Operation, Operations, Step, array, record, word

_COUNT = {"type": "integer"}
_LOG = record(lines=array(LogLine), last=_COUNT, missed=_COUNT)
_LIST = record(requests=array(SeenRequest), dropped={"type": "integer"})


def operations(providers: Sequence[str]) -> Operations:
    """The operations, for some providers."""
    return {
        "list_requests": Operation(
            "List the requests seen, and what answered them",
            _LIST,
            {"path": "/payouts/*/reasons", "limit": 1},
            before=[Step("GET", "/payouts/refunds/reasons")],
            query={**RequestFilter().fields, "provider": word(providers)},
            wrong={"provider": ["stripe"]},
            about="Newest first. `body.{field}` asks for a value in the body: `body.amount=35`.",
        ),
        "clear_requests": Operation("Forget the requests seen", _LIST),
        "list_lines": Operation(
            "Follow what happens, line by line",
            _LOG,
            {"after": 0},
            query=LogQuery().fields,
            wrong={"after": ["first"]},
            about="Lines begin with the first call; what has happened since then, the next one "
            "answers with the `last` of this one in `after`. `missed` counts those that are no "
            "longer kept.",
        ),
    }
