"""Puts the rooms together."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, redirect, request
from marshmallow import ValidationError
from werkzeug.routing import Rule

from sandbox import __version__
from sandbox.admin.openapi.routes import openapi
from sandbox.admin.routes import admin_api
from sandbox.dashboard.routes import Dashboard
from sandbox.engine.provider.fixtures import schema_of
from sandbox.engine.provider.model import Model
from sandbox.engine.reading.fields import TimeoutText
from sandbox.engine.reading.fixtures import BadFixture, read_fixtures
from sandbox.engine.reading.validation import dotted, explain, listed
from sandbox.engine.scenarios.library import Library
from sandbox.engine.time.clock import Start
from sandbox.engine.values.instants import parse_instant
from sandbox.engine.values.words import nearest
from sandbox.engine.webhooks.dispatch import DISPATCHES, WebhookStart
from sandbox.engine.webhooks.endpoints import BadAddress, check_url
from sandbox.engine.worlds.beginning import Beginning
from sandbox.engine.worlds.registry import Worlds
from sandbox.engine.worlds.world import World
from sandbox.feed import Feed
from sandbox.http.current import world_path
from sandbox.http.pages import render
from sandbox.http.pipeline import Application, routes_of
from sandbox.http.provider import Provider
from sandbox.http.request_guard import ADMIN
from sandbox.http.world_names import WORLDS
from sandbox.lahza.provider import LAHZA
from sandbox.lean.provider import LEAN
from sandbox.settings import (
    DISPATCH,
    NAMES,
    OF_COMMANDS,
    OF_WEBHOOKS,
    PREFIX,
    TIMEOUT,
    BadSetting,
    Settings,
    credential_of,
    webhook_name,
)

PROVIDERS = (LEAN, LAHZA)


class _MatchedRule(Rule):
    """A rule that paths are matched by; none is ever built from one, which is slow to prepare."""

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        return lambda *_: None  # no URL


class Clash(Exception):
    """Two providers claim the same path or word."""


def create_app(settings: Settings, providers: Sequence[Provider] = PROVIDERS) -> Flask:
    """The whole sandbox as a WSGI application.

    Raises:
        BadSetting, BadFile: a setting, a scenario file or a fixture file makes no sense.
        Clash: two providers claim the same paths.
    """
    app = Application("sandbox", static_folder=None)
    app.url_rule_class = _MatchedRule
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    _require_known(providers, settings)
    settings = settings._replace(credentials=_credentials(providers, settings))
    app.extensions["sandbox.settings"] = settings
    _require_distinct(providers)
    for provider in providers:
        app.register_blueprint(provider.routes)
    routes = routes_of(app)
    _require_own_paths(providers, routes)
    models = {provider.name: provider.model for provider in providers}
    places = [*_data_folders("fixtures", providers), *settings.fixtures]
    library = Library((*_data_folders("scenarios", providers), *settings.scenarios))
    fixtures = read_fixtures(places, {p.name: schema_of(p.model.fixtures) for p in providers})
    try:
        beginning = Beginning(
            models,
            fixtures.documents,
            routes,
            _switches(providers, settings),
            library.scenarios,
            _webhooks(providers, settings),
        )
        feed = Feed()
        make = partial(World, beginning=beginning, start=settings.start, watch=feed.tell)
        worlds = _worlds(app, settings, models, make)
    except BadFixture as error:
        raise fixtures.located(error) from error
    if settings.scenarios:
        library.profiles(worlds.default.state.scenarios.vocabulary)  # a bad file ends the start
    app.extensions["sandbox.library"] = library
    app.extensions["sandbox.beginning"] = beginning
    app.extensions["sandbox.worlds"] = worlds
    app.extensions["sandbox.feed"] = feed
    app.register_blueprint(admin_api(providers, worlds, feed, settings, library))
    dashboard = Dashboard(providers, worlds, feed, settings)
    app.register_blueprint(dashboard.routes)
    app.may_see = dashboard.may_see
    app.extensions["sandbox.dashboard"] = dashboard
    of_examples = Start(now=parse_instant("2027-01-01T09:00:00Z"), mode="frozen")
    fresh = partial(create_app, Settings(start=of_examples), providers)
    app.register_blueprint(openapi(providers, fresh))
    for path in ("/", f"/{ADMIN}"):
        app.add_url_rule(path, view_func=_front_page)
    app.install(worlds, providers, routes, feed)
    return app


def _worlds(
    app: Flask, settings: Settings, models: Mapping[str, Model], make: Callable[..., World]
) -> Worlds:
    """The worlds: those of the folder for data, if there is one, and others as they are used.

    Raises:
        BadFile: the folder, or what is in it, can't be used.
    """
    if settings.data is None:
        worlds = Worlds(make, settings.worlds)
        _load(settings, models, worlds)
        return worlds
    from sandbox.engine.keeping.keeper import Keeper

    keeper = Keeper(settings.data, models, settings.durability)
    app.extensions["sandbox.keeper"] = keeper

    def kept(name: str) -> World:
        keep = keeper.of(name, settings.start)
        return make(name, start=keep.start, keep=keep)

    try:
        worlds = Worlds(kept, settings.worlds, make, keeper.names(), keeper.close)
    except BaseException:
        keeper.file.abandon()
        raise
    keeper.start()
    _load(settings, models, worlds, keeper.found)
    return worlds


def _load(
    settings: Settings, models: Mapping[str, Model], worlds: Worlds, kept: Collection[str] = ()
) -> None:
    """Load the worlds of the file that the settings name, but those that are kept already."""
    if settings.load is None:
        return
    from sandbox.engine.keeping import lines

    for name, rows in lines.read(settings.load).items():
        if name not in kept:
            entered = worlds.enter(name)
            entered.world.load(partial(lines.state_of, settings.load, name, rows, models))
            worlds.leave(entered)


def data_folder(name: str) -> Path:
    """`fixtures` or `scenarios`: inside the package when installed, else one level up."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def _data_folders(name: str, providers: Sequence[Provider]) -> list[Path]:
    """The sandbox's own, and those of the providers that bring one."""
    theirs = [provider.folder / name for provider in providers if provider.folder is not None]
    return [data_folder(name), *(folder for folder in theirs if folder.is_dir())]


def _require_distinct(providers: Sequence[Provider]) -> None:
    """No two providers share a path, or a word that scenarios and the admin API know them by."""
    claimed = {f"/{name}": "the sandbox" for name in (ADMIN, WORLDS)}
    for provider in providers:
        model = provider.model
        names = [
            f"/_sandbox/{provider.name}",
            *(f"/{namespace}" for namespace in provider.namespaces),
            *(f"{key} of a seed" for key in model.seeders),
            *(
                name
                for lifecycle in model.lifecycles.values()
                for name, state in lifecycle.transitions().items()
                if lifecycle.may_become[state]
            ),
        ]
        for name in names:
            if name in claimed:
                raise Clash(f"{claimed[name]} and {provider.name} both claim {name}")
            claimed[name] = provider.name


def _require_own_paths(
    providers: Sequence[Provider], routes: Sequence[tuple[str, str, str]]
) -> None:
    """Every route of a provider's lies in its own namespaces, so no two can share one."""
    namespaces = {provider.name: provider.namespaces for provider in providers}
    for name, method, path in routes:
        if path.split("/")[1] not in namespaces[name]:
            raise Clash(f"{name} serves {method} {path}, outside of its namespaces")


def _credentials(
    providers: Sequence[Provider], settings: Settings
) -> dict[str, dict[str, str | None]]:
    """The credentials that the providers declare, each with the only one that is accepted."""

    def only(provider: Provider, key: str) -> str | None:
        said = settings.given.get(f"{provider.name}_{key}")
        if said is None:
            return settings.credentials.get(provider.name, {}).get(key)
        credential = credential_of(said)
        if reason := provider.useless(key, credential):
            raise BadSetting(f"{said.where} {reason}")
        return credential

    return {
        provider.name: {key: only(provider, key) for key in provider.variables}
        for provider in providers
    }


def setting_names(providers: Sequence[Provider]) -> dict[str, str | None]:
    """All settings there are, each with its default, as it is told."""
    names = dict(NAMES)
    for provider in providers:
        names |= {f"{provider.name}_{key}": "any" for key in provider.variables}
        for channel in _channels(provider):
            defaults = {"url": "nowhere", "secret": "the provider's own", "events": "all"}
            names |= {webhook_name(channel, what): of for what, of in defaults.items()}
    return names


def _channels(provider: Provider) -> list[str]:
    """What is said of webhooks by its name: `lahza`, of its first domain, and `lahza.live`."""
    _, *others = provider.model.webhooks.channels
    return [provider.name, *(f"{provider.name}.{channel}" for channel in others)]


def _require_known(providers: Sequence[Provider], settings: Settings) -> None:
    """Whatever was said is a setting, of the server or of one of its providers."""
    names = setting_names(providers)
    for name, given in settings.given.items():
        if name in names:
            continue
        if given.where.startswith("--webhook"):
            channels = listed(channel for provider in providers for channel in _channels(provider))
            raise BadSetting(f"{given.where}: there is no such provider or domain; {channels}")
        what = "variable" if given.where.startswith(PREFIX) else "key"
        others = [each.removeprefix(PREFIX).lower() for each in OF_COMMANDS]
        valid = [*names, *(others if what == "variable" else ())]
        meant = nearest(name, valid)
        hint = f"did you mean `{given.beside(meant)}`?" if meant else ""
        hint = hint or listed(map(given.beside, valid))
        raise BadSetting(f"{given.where}: there is no such {what}; {hint}")


def _switches(providers: Sequence[Provider], settings: Settings) -> dict[str, Any]:
    given, where = settings.switches, settings.where("settings")
    if unknown := set(given) - {provider.name for provider in providers} - {*OF_WEBHOOKS}:
        raise BadSetting(f"{where}: there is no provider {min(unknown)}")
    switches = {}
    for name, model in ((provider.name, provider.model) for provider in providers):
        try:
            switches[name] = model.change_settings(model.settings, given.get(name, {}))
        except ValidationError as error:
            path, reason = explain(error, model.settings_schema)
            raise BadSetting(f"{where}: {dotted((name, *path))}: {reason}") from error
        except ValueError as error:
            raise BadSetting(f"{where}: {name}: {error}") from error
    return switches


def _webhooks(providers: Sequence[Provider], settings: Settings) -> WebhookStart:
    known = {provider.name: provider.model.webhooks for provider in providers}
    addresses = {}
    for (name, domain), address in settings.webhooks.items():
        channel = ".".join(filter(None, (name, domain)))
        if unknown := (address.events or frozenset()) - set(known[name].events):
            where, events = settings.where(webhook_name(channel, "events")), known[name].events
            event = min(unknown)
            raise BadSetting(f"{where}: there is no event {event}; {listed(events, event)}")
        try:
            check_url(address.url, settings.webhook_hosts, ADMIN)
        except BadAddress as error:
            raise BadSetting(f"{settings.where(webhook_name(channel, 'url'))}: {error}") from error
        addresses[name, domain or known[name].channels[0]] = address
    try:
        timeout = TimeoutText(allow_none=True).deserialize(settings.switches.get(TIMEOUT))
    except ValidationError as error:
        where = settings.where("settings")
        raise BadSetting(f"{where}: {TIMEOUT}: {error.messages[0]}") from error
    dispatch = settings.switches.get(DISPATCH, DISPATCHES[0])
    if dispatch not in DISPATCHES:
        where = f"{settings.where('settings')}: {DISPATCH}"
        where = settings.where(DISPATCH) if DISPATCH in settings.given else where
        raise BadSetting(f"{where}: {listed(DISPATCHES, dispatch)}")
    return WebhookStart(addresses, settings.webhook_hosts, timeout, dispatch)


def _front_page() -> Response:
    admin = f"{world_path()}/{ADMIN}"
    accepted = request.accept_mimetypes
    is_browser = accepted.quality("text/html") > accepted.quality("application/json")
    if is_browser and not request.path.startswith(f"/{ADMIN}"):
        return make_response(redirect(f"{admin}/dashboard"))
    return render("front.html", allowed={}, version=__version__, admin=admin)
