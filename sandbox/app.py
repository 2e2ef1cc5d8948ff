"""Puts the rooms together."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response
from marshmallow import ValidationError
from werkzeug.routing import Rule

from sandbox import __version__
from sandbox.admin.openapi.routes import openapi
from sandbox.admin.routes import admin_api
from sandbox.engine.provider.fixtures import schema_of
from sandbox.engine.reading.fields import TimeoutText
from sandbox.engine.reading.fixtures import BadFixture, read_fixtures
from sandbox.engine.reading.validation import dotted, explain, listed
from sandbox.engine.scenarios.library import Library
from sandbox.engine.time.clock import Start
from sandbox.engine.values.instants import parse_instant
from sandbox.engine.webhooks.endpoints import BadAddress, check_url
from sandbox.engine.webhooks.outbox import DISPATCHES, WebhookStart
from sandbox.engine.worlds.beginning import Beginning
from sandbox.engine.worlds.registry import Worlds
from sandbox.engine.worlds.world import World
from sandbox.http.current import world_path
from sandbox.http.pages import render
from sandbox.http.pipeline import Application, routes_of
from sandbox.http.provider import Provider
from sandbox.http.request_guard import ADMIN
from sandbox.http.world_names import WORLDS
from sandbox.lahza.provider import LAHZA
from sandbox.lean.provider import LEAN
from sandbox.settings import DISPATCH, OF_WEBHOOKS, TIMEOUT, BadSetting, Settings, webhook_variable

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
            _switches(providers, settings.switches),
            library.scenarios,
            _webhooks(providers, settings),
        )
        make = partial(World, beginning=beginning, start=settings.start)
        worlds = Worlds(make, settings.worlds)
    except BadFixture as error:
        raise fixtures.located(error) from error
    if settings.scenarios:
        _ = worlds.default.state.scenarios.catalog  # a bad file of the user's own ends the start
    app.extensions["sandbox.library"] = library
    app.extensions["sandbox.worlds"] = worlds
    app.register_blueprint(admin_api(providers, worlds))
    of_examples = Start(now=parse_instant("2027-01-01T09:00:00Z"), mode="frozen")
    fresh = partial(create_app, Settings(start=of_examples), providers)
    app.register_blueprint(openapi(providers, fresh))
    for path in ("/", f"/{ADMIN}"):
        app.add_url_rule(path, view_func=_front_page)
    app.install(worlds, providers, routes)
    return app


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
    given = settings.credentials
    return {
        provider.name: {key: given.get(provider.name, {}).get(key) for key in provider.variables}
        for provider in providers
    }


def _switches(
    providers: Sequence[Provider], given: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    if unknown := set(given) - {provider.name for provider in providers} - {*OF_WEBHOOKS}:
        raise BadSetting(f"SANDBOX_SETTINGS: there is no provider {min(unknown)}")
    switches = {}
    for name, model in ((provider.name, provider.model) for provider in providers):
        try:
            switches[name] = model.change_settings(model.settings, given.get(name, {}))
        except ValidationError as error:
            path, reason = explain(error, model.settings_schema)
            where = dotted((name, *path))
            raise BadSetting(f"SANDBOX_SETTINGS: {where}: {reason}") from error
        except ValueError as error:
            raise BadSetting(f"SANDBOX_SETTINGS: {name}: {error}") from error
    return switches


def _webhooks(providers: Sequence[Provider], settings: Settings) -> WebhookStart:
    known = {provider.name: provider.model.webhooks for provider in providers}
    addresses = {}
    for (name, domain), address in settings.webhooks.items():
        variable = webhook_variable(".".join(filter(None, (name, domain))), "URL")
        if name not in known or domain not in ("", *known[name].channels):
            raise BadSetting(f"{variable}: there is no such provider or domain")
        if unknown := (address.events or frozenset()) - set(known[name].events):
            events = listed(known[name].events)
            raise BadSetting(f"{variable}: there is no event {min(unknown)}; {events}")
        try:
            check_url(address.url, settings.webhook_hosts, ADMIN)
        except BadAddress as error:
            raise BadSetting(f"{variable}: {error}") from error
        addresses[name, domain or known[name].channels[0]] = address
    try:
        timeout = TimeoutText(allow_none=True).deserialize(settings.switches.get(TIMEOUT))
    except ValidationError as error:
        raise BadSetting(f"SANDBOX_SETTINGS: {TIMEOUT}: {error.messages[0]}") from error
    dispatch = settings.switches.get(DISPATCH, DISPATCHES[0])
    if dispatch not in DISPATCHES:
        raise BadSetting(f"SANDBOX_WEBHOOK_DISPATCH is {dispatch!r}; {listed(DISPATCHES)}")
    return WebhookStart(addresses, settings.webhook_hosts, timeout, dispatch)


def _front_page() -> Response:
    admin = f"{world_path()}/{ADMIN}"
    return render("front.html", allowed={}, version=__version__, admin=admin)
