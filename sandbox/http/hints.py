"""Hints in the header `Sandbox-Hint`, and the rules of those that are the same for any provider.

The provider's own body stays as it is. Rules are asked only of answers that refuse something, of
the few calls that a rule names, and of calls that were told to come again later.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from urllib.parse import parse_qsl

from flask import Response

from sandbox.engine.journal import Entry, Wait
from sandbox.engine.provider.hints import Rule, Seen, first_hint
from sandbox.engine.provider.rules import Call, WorldGone
from sandbox.engine.scenarios.steps import segments
from sandbox.engine.time.clock import elapsed
from sandbox.engine.values.instants import SECOND, Duration, format_duration
from sandbox.engine.worlds.registry import Worlds
from sandbox.engine.worlds.world import World
from sandbox.http.current import Exchange
from sandbox.http.near_paths import meant
from sandbox.http.provider import Provider
from sandbox.settings import Settings

HEADER = "Sandbox-Hint"
MOST_WORLDS = 500
"""Other worlds that are searched, those used last."""
_REFUSED = 400
_log = logging.getLogger(__name__)


class Hints:
    """All rules of a server."""

    def __init__(
        self,
        worlds: Worlds,
        providers: Sequence[Provider],
        routes: Sequence[tuple[str, str, str]],
        settings: Settings,
    ) -> None:
        self._worlds, self._routes, self._are_off = worlds, routes, not settings.hints
        self._rules: dict[str | None, Sequence[Rule]] = {None: RULES}
        self._rules |= {each.name: (*each.hints, *RULES) for each in providers}
        self._succeed = {
            call: [rule for rule in each.hints if call in rule.succeeds]
            for each in providers
            for call in {call for rule in each.hints for call in rule.succeeds}
        }

    def concern(self, exchange: Exchange, response: Response) -> bool:
        """Whether an answer may have a hint: it costs little to ask."""
        if self._are_off:
            return False
        if response.status_code >= _REFUSED or exchange.world.state.journal.waits:
            return True
        return (exchange.request.method, exchange.request.path) in self._succeed

    def find(self, exchange: Exchange, response: Response, made: Entry) -> str | None:
        """The hint for an answer, if there is one; `made` is what the journal keeps of it."""
        world, is_refused = exchange.world, response.status_code >= _REFUSED
        if is_refused:
            rules = self._rules[made.provider]
        else:
            rules = (*self._succeed.get((made.method, made.path), ()), TOO_SOON)
        waits = is_refused or world.state.journal.waits
        ignored = _ignored(exchange, response, made) if waits else None
        call = Call(world.state, exchange.call.carried)  # (the moment of the request's own stays)
        others = partial(self._others, world)
        try:
            return first_hint(rules, Seen(made, call, world.name, self._routes, others, ignored))
        except WorldGone:
            return None
        except Exception:  # the answer matters more
            _log.exception("the hint for %s %s failed", made.method, made.path)
            return None

    def _others(self, here: World) -> Iterator[tuple[str, Call]]:
        """The other worlds, those used last first."""
        for standing in islice(reversed(self._worlds.all()), MOST_WORLDS):
            if standing.world is not here:
                yield standing.world.name, Call(standing.world.state)


# Rules ------------------------------------------------------------------------------------------


def _begins_with_more(seen: Seen) -> Mapping[str, object] | None:
    right = _meant(seen)
    path = "/" + "/".join(segments(seen.entry.path))
    if right is None or not path.endswith(right):
        return None
    return {"right": right, "more": path.removesuffix(right)}


def _misspelt(seen: Seen) -> Mapping[str, object] | None:
    right = _meant(seen)
    return None if right is None else {"path": seen.entry.path, "right": right}


def _meant(seen: Seen) -> str | None:
    entry = seen.entry
    if entry.status != 404:
        return None
    routes = [
        (method, path)
        for provider, method, path in seen.routes
        if entry.provider in (None, provider)
    ]
    first = segments(entry.path)[:1]
    begins_right = any(segments(path)[:1] == first for _, path in routes)
    return meant(entry.method, entry.path, routes, may_begin_with_more=not begins_right)


def _lost_its_plus(seen: Seen) -> Mapping[str, object] | None:
    if seen.entry.status != _REFUSED:
        return None
    for name, value in parse_qsl(seen.entry.query):
        if _SPACED.fullmatch(value):
            return {"name": name, "right": value.replace(" ", "%2B")}
    return None


_SPACED = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.,]+ \d{2}:?\d{2}", re.ASCII)
"""A moment whose offset had a `+`."""


def _came_too_soon(seen: Seen) -> Mapping[str, object] | None:
    return None if seen.ignored is None else {"after": format_duration(seen.ignored)}


def _ignored(exchange: Exchange, response: Response, made: Entry) -> Duration | None:
    """The Retry-After of the last answer to the same call, if the call did not wait for it.

    What this answer says is kept in mind for the next one.
    """
    secrets = frozenset() if exchange.provider is None else exchange.provider.model.secrets
    credentials = (value for name, value in exchange.request.headers if name.lower() in secrets)
    same = made.method, made.path, made.query, made.body, *credentials
    journal = exchange.world.state.journal
    wait = journal.waits.get(same)
    if wait is not None and exchange.started < wait.elapsed:  # it was under way by then
        wait = None
    after = response.headers.get("Retry-After", "")
    if response.status_code >= _REFUSED and _SECONDS.fullmatch(after):
        journal.ask_to_wait(same, Wait(int(after) * SECOND, made.at, elapsed()))
    elif wait is not None:
        journal.forget_wait(same)
    if wait is None:
        return None
    waited = max(made.at - wait.at, exchange.started - wait.elapsed)
    return wait.after if waited + _EARLY < wait.after else None


_SECONDS = re.compile("[0-9]{1,9}")
_EARLY: Duration = SECOND // 20
"""By so much a client's timer may be early."""


TOO_SOON = Rule(
    "`Retry-After` is ignored: the same call comes again too soon, by the world's clock and by the "
    "machine's",
    "this call came again too soon: Retry-After said {after} the last time",
    _came_too_soon,
)
RULES = (
    Rule(
        "The base URL ends with a path, as in `/v1/refund`",
        "did you mean {right}? Set your base URL without {more}",
        _begins_with_more,
    ),
    Rule("The path is misspelt, as in `/refunds`", "did you mean {right}?", _misspelt),
    Rule(
        "A `+` in a date of a query, which means a space there",
        "a + in a query is a space: send {name}={right}",
        _lost_its_plus,
    ),
    TOO_SOON,
)
"""Those of any provider; a provider's own are asked first."""
