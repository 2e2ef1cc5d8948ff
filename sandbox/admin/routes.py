"""The admin API over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema, ValidationError

from sandbox import __version__
from sandbox.admin import schemas
from sandbox.admin.ledger import add_ledger
from sandbox.admin.log import add_log
from sandbox.admin.peers import Peers
from sandbox.admin.requests import add_requests
from sandbox.admin.story import add_story
from sandbox.admin.weather import add_weather
from sandbox.admin.webhooks import add_webhooks
from sandbox.admin.worlds import add_snapshots, add_worlds
from sandbox.engine.lifecycle import Final, resolve
from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import Conflict, Lifecycle, Seeder
from sandbox.engine.reading.validation import dotted, listed
from sandbox.engine.scenarios.library import Library
from sandbox.engine.scenarios.steps import ScenarioError
from sandbox.engine.store.bulk import filling
from sandbox.engine.values.instants import format_duration
from sandbox.engine.worlds.advance import Advance
from sandbox.engine.worlds.registry import Worlds
from sandbox.engine.worlds.world import World
from sandbox.feed import Feed
from sandbox.http.admin_requests import body_object, load, load_query, load_values
from sandbox.http.bodies import json_response
from sandbox.http.current import (
    may_steer,
    server_settings,
    this_call,
    this_world,
    waits_for_receivers,
)
from sandbox.http.problems import Problem, bad_value
from sandbox.http.provider import Provider
from sandbox.settings import DISPATCH, OF_WEBHOOKS, TIMEOUT, Settings

_CLOCK = schemas.ClockChange()
_ADVANCE = schemas.Advance()
_ADVANCE_PAGE = schemas.AdvancePage()
_RESET = schemas.Reset()
_PARAMETERS = schemas.Parameters()


def admin_api(
    providers: Sequence[Provider],
    worlds: Worlds,
    feed: Feed,
    settings: Settings,
    library: Library,
) -> Blueprint:
    """The admin API, with every provider's own calls below it."""
    admin = Blueprint("admin", __name__, url_prefix="/_sandbox")
    admin.before_request(_require_token)
    admin.before_request(_settle_first)
    admin.register_error_handler(Problem, Problem.response)
    admin.register_error_handler(Conflict, lambda error: Problem(409, str(error)).response())
    admin.register_error_handler(Final, lambda error: Problem(409, str(error), "status").response())
    admin.register_error_handler(ScenarioError, _bad_scenario)
    admin.get("/health")(get_health)
    admin.get("/clock")(get_clock)
    admin.put("/clock")(change_clock)
    admin.post("/clock/advance")(advance_clock)
    admin.get("/clock/advance")(get_advance)
    admin.post("/reset")(reset)
    admin.get("/scenarios")(list_scenarios)
    admin.post("/scenarios")(create_scenario)
    admin.get("/scenarios/<name>")(get_scenario)
    admin.put("/scenarios/<name>")(switch_on)
    admin.delete("/scenarios/<name>")(switch_off)
    add_weather(admin, library)
    admin.get("/fixtures")(list_fixtures)
    _add_seed(admin, providers)
    add_ledger(admin, providers)
    add_requests(admin, providers)
    add_log(admin, providers, feed)
    add_story(admin, providers)
    _add_settings(admin, providers)
    add_webhooks(admin, providers)
    add_snapshots(admin)
    add_worlds(admin, worlds, Peers(settings))
    for provider in providers:
        for kind, lifecycle in provider.model.lifecycles.items():
            view = _settle(provider, kind, lifecycle)
            rule = f"/{provider.name}/{kind}s/<subject>/settle"
            admin.add_url_rule(rule, f"settle_{provider.name}_{kind}", view, methods=["POST"])
        admin.register_blueprint(provider.control, url_prefix=f"/{provider.name}")
    return admin


def _require_token() -> None:
    if not may_steer(request, server_settings()):
        raise Problem(401, "the admin API wants Authorization: Bearer <SANDBOX_ADMIN_TOKEN>")


def _settle_first() -> None:
    """Let happen what is due, except before an advance, which tells of it."""
    if request.endpoint != "admin.advance_clock":
        this_world().process_due()


def _bad_scenario(error: ScenarioError) -> Response:
    return Problem(400, error.reason, dotted(error.path) or None).response()


def get_health() -> Response:
    now = this_world().state.clock.now()
    return json_response(schemas.HEALTH.dump({"version": __version__, "now": now}))


# Time -----------------------------------------------------------------------------------------


def get_clock() -> Response:
    world = this_world()
    with world.lock:
        clock, timeline = world.state.clock, world.state.timeline
        shown = {
            "mode": clock.mode,
            "now": clock.now(),
            "rate": clock.rate,
            "due": len(timeline),
            "next_due_at": timeline.next_at(),
        }
    return json_response(schemas.CLOCK.dump(shown))


@waits_for_receivers
def change_clock() -> Response:
    change = load(_CLOCK)
    this_world().change_clock(change.get("mode"), change.get("rate"), change.get("now"))
    return get_clock()


@waits_for_receivers
def advance_clock() -> Response:
    world, given = this_world(), load(_ADVANCE)
    advance = world.advance(given.get("to"), given.get("by"), given["pull"])
    schema = schemas.STOPPABLE if given["pull"] else schemas.ADVANCED
    return _advanced(world, advance, 0, given["limit"], schema)


def get_advance() -> Response:
    world, given = this_world(), load_query(_ADVANCE_PAGE)
    advance = world.last_advance
    if advance is None:
        raise Problem(404, "the clock has not been advanced since the world began")
    return _advanced(world, advance, given["offset"], given["limit"], schemas.ADVANCED)


def _advanced(world: World, advance: Advance, offset: int, limit: int, schema: Schema) -> Response:
    with world.lock:
        page = advance.page(offset, limit)
    return json_response(schema.dump(page))


def reset() -> Response:
    world, given = this_world(), load(_RESET)
    dispatch = given.pop(DISPATCH, None)
    with world.lock:
        world.reset(world.start._replace(**given))
        if dispatch is not None:
            world.state.outbox.dispatch = dispatch
    return get_clock()


# Scenarios ------------------------------------------------------------------------------------


def list_scenarios() -> Response:
    world = this_world()
    with world.lock:
        scenarios = world.state.scenarios
        store = world.state.store
        described = [scenarios.describe(s, store) for _, s in sorted(scenarios.catalog.items())]
    return json_response({"scenarios": schemas.SCENARIO.dump(described, many=True)})


def create_scenario() -> Response:
    from sandbox.engine.scenarios.compiler import load  # (a start needs none)

    world = this_world()
    scenario = load(body_object(), world.state.scenarios.vocabulary, is_custom=True)
    world.add_scenario(scenario)
    return _scenario(scenario.name, 201)


def get_scenario(name: str) -> Response:
    return _scenario(name)


def switch_on(name: str) -> Response:
    world = this_world()
    with world.lock:
        _find(name)
        world.switch_on(name, load(_PARAMETERS)["parameters"])
    return _scenario(name)


def switch_off(name: str) -> Response:
    this_world().switch_off(name)
    return _scenario(name)


def _find(name: str) -> dict[str, object]:
    world = this_world()
    with world.lock:  # the first to ask reads the files
        try:
            scenarios = world.state.scenarios
            return scenarios.describe(scenarios.find(name), world.state.store)
        except KeyError as error:
            raise Problem(404, error.args[0]) from error


def _scenario(name: str, status: int = 200) -> Response:
    return json_response(schemas.SCENARIO.dump(_find(name)), status)


# Documents ------------------------------------------------------------------------------------


def _add_seed(admin: Blueprint, providers: Sequence[Provider]) -> None:
    seeders = {key: s for provider in providers for key, s in provider.model.seeders.items()}
    schema = schemas.seed_schema(list(seeders.items()))

    @admin.post("/seed")
    def seed() -> Response:
        call, given = this_call(), load(schema)
        seed, offset = call.ids.seed_for(given["seed"]), given["offset"]
        counts = {key: _count(key, seeder, given) for key, seeder in seeders.items()}
        with filling(sum(counts.values())):
            made = {
                key: seeders[key].make(call, seed, range(offset, offset + count))
                for key, count in counts.items()
            }
            with call:
                added = {key: seeders[key].add(call, documents) for key, documents in made.items()}
        return json_response(added, 201)


def _count(key: str, seeder: Seeder, given: Mapping[str, Any]) -> int:
    """How many of a kind are wanted: what is said of it alone goes before what is said of all."""
    count: int = given.get(key, given.get(seeder.also, 0))
    return count


def list_fixtures() -> Response:
    tree: dict[str, dict[str, Any]] = {}
    world = this_world()
    with world.lock:
        fixtures = dict(world.state.fixtures)
    for group, entries in fixtures.items():
        provider, _, kind = group.partition(".")
        tree.setdefault(provider, {})[kind] = entries
    return json_response(tree)


def _settle(provider: Provider, kind: str, lifecycle: Lifecycle) -> Callable[[str], Response]:
    schema = schemas.settlement_schema(lifecycle)

    @waits_for_receivers
    def settle(subject: str) -> Response:
        outcome = load(schema)
        document = resolve(
            this_call(), lifecycle, subject.lower(), outcome["status"], outcome["reason"]
        )
        if document is None:
            raise Problem(404, f"there is no {kind} {subject}")
        if this_world().state.outbox.dispatch == "on_advance":
            this_world().send_webhooks()
        return json_response(provider.dump[kind](document))

    return settle


# Settings -------------------------------------------------------------------------------------


def _add_settings(admin: Blueprint, providers: Sequence[Provider]) -> None:
    models = {provider.name: provider.model for provider in providers}

    @admin.get("/settings")
    def get_settings() -> Response:
        state = this_world().state
        switches = {n: m.settings_schema.dump(state.settings[n]) for n, m in models.items()}
        outbox = state.outbox
        webhooks = {DISPATCH: outbox.dispatch, TIMEOUT: format_duration(outbox.patience())}
        return json_response({**switches, **webhooks})

    @admin.patch("/settings")
    def change_settings() -> Response:
        world, given = this_world(), body_object()
        for name in given:
            if name not in (*models, *OF_WEBHOOKS):
                valid = listed([*models, *OF_WEBHOOKS], name)
                raise Problem(400, f"there is no such key; {valid}", name)
        theirs = {key: given.pop(key) for key in OF_WEBHOOKS if key in given}
        webhooks = load_values(schemas.WEBHOOK_SETTINGS, theirs)
        with world.lock:
            changed = {
                name: _changed(models[name], world.state.settings[name], values)
                for name, values in given.items()
            }
            world.state.settings = {**world.state.settings, **changed}
            outbox = world.state.outbox
            outbox.timeout = webhooks.get(TIMEOUT, outbox.timeout)
            outbox.change_dispatch(webhooks.get(DISPATCH, outbox.dispatch))
        return get_settings()


def _changed(model: Model, switches: Any, values: object) -> Any:
    try:
        return model.change_settings(switches, values)
    except ValidationError as error:
        problem = bad_value(error, model.settings_schema)
        field = ".".join(filter(None, (model.name, problem.field)))
        raise Problem(400, problem.reason, field) from error
    except ValueError as error:
        raise Problem(400, str(error), model.name) from error
