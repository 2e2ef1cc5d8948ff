"""The documents leave nothing out, and name nothing that does not exist."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from sandbox.app import PROVIDERS, create_app, setting_names
from sandbox.engine.provider.model import Model
from sandbox.http.hints import RULES
from sandbox.http.pipeline import routes_of
from sandbox.settings import OF_COMMANDS, Settings
from tests.cli.calls import COMMANDS, parameters
from tests.examples.documents import PAGES, TOP, anchors, links, page, rows, section
from tests.kit import Box

MODELS = [provider.model for provider in PROVIDERS]
KINDS = [
    "lean.customers",
    "lean.destinations",
    "lean.payments",
    "lean.refunds",
    "lahza.transactions",
    "lahza.refunds",
]
CALL = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE) /\S*)`")


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings())


def first_cells(text: str) -> list[str]:
    return [cells[0] for cells in rows(text)]


def named(text: str) -> set[str]:
    """What stands in backquotes, lists with commas taken apart."""
    return {word.strip() for quoted in re.findall(r"`([^`]+)`", text) for word in quoted.split(",")}


def written(method: str, path: str) -> str:
    """A route as the documents write it."""
    return f"{method} " + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


@pytest.mark.parametrize("kind", KINDS)
def test_every_fixture_stands_in_its_table_with_all_its_values(box: Box, kind: str) -> None:
    provider, _, group = kind.partition(".")
    fixtures: Mapping[str, Any] = box.admin.get("/fixtures").json()[provider][group]
    table = {cells[0]: cells for cells in rows(section(page("docs/fixtures.md"), f"## {kind}"))}
    assert [name for name in table if name != "name"] == [f"`{name}`" for name in fixtures]
    for name, values in fixtures.items():
        row = " ".join(table[f"`{name}`"])
        shown = {k: v for k, v in values.items() if k not in ("payment_id", "transaction")}
        assert [v for v in shown.values() if str(v or "none") not in row] == []


def test_every_scenario_stands_in_the_table_with_its_parameters_and_fixtures(box: Box) -> None:
    table = {
        cells[0]: " ".join(cells[1:])
        for cells in rows(section(page("docs/scenarios.md"), "## Those that come with it"))
    }
    scenarios = box.admin.get("/scenarios").json()["scenarios"]
    assert set(table) - {"name"} == {f"`{scenario['name']}`" for scenario in scenarios}
    for scenario in scenarios:
        row = table[f"`{scenario['name']}`"]
        wanted = [f"`{name}={value}`" for name, value in scenario["parameters"].items()]
        wanted += re.findall(r"(?:lean|lahza)\.\w+\.\w+", scenario["about"])
        wanted += [{"any": "both", "lean": "Lean", "lahza": "Lahza"}[scenario["provider"]]]
        assert [word for word in wanted if word not in row] == []


def _words_of_scripts(model: Model) -> dict[str, set[str]]:
    """What a script may say of a provider, by the first cell of the row that says it."""
    words = {
        f"`{name}`": {*target.to.fields, *target.where} for name, target in model.targets.items()
    }
    for lifecycle in model.lifecycles.values():
        words[f"`{lifecycle.kind}.…` ({model.name.title()})"] = set(lifecycle.where)
        for name, state in lifecycle.transitions().items():
            if following := lifecycle.may_become[state]:
                words[f"`{name}` ({model.name.title()})"] = set(following)
    return words


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_word_of_the_scenario_language_stands_in_its_table(model: Model) -> None:
    text = section(page("docs/scenarios.md"), "## Write your own")
    table = {cells[0]: " ".join(cells[1:]) for cells in rows(text)}
    for row, words in _words_of_scripts(model).items():
        assert {word for word in words if not re.search(rf"\b{word}\b", table[row])} == set()
    assert {fault for fault in model.faults if f"`{fault}`" not in table["`fail`"]} == set()


def test_every_call_of_the_admin_api_stands_in_its_table_and_no_other(app: Flask) -> None:
    calls = {
        written(method, rule.rule.replace("<subject>", "<id>"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/_sandbox/")
        and rule.endpoint not in ("openapi.get_asset", "dashboard.show")
    }
    table = first_cells(page("docs/admin-api.md").partition("\n## ")[0])
    assert {call[1] for cell in table if (call := CALL.fullmatch(cell))} == calls


@pytest.mark.parametrize("provider", ["lean", "lahza"])
def test_every_call_of_a_provider_stands_in_its_table_and_no_other(
    app: Flask, provider: str
) -> None:
    calls = {written(method, path) for name, method, path in routes_of(app) if name == provider}
    text = section(section(page("docs/fidelity.md"), f"## {provider.title()}"), "### Calls")
    assert {call[1] for cell in first_cells(text) if (call := CALL.fullmatch(cell))} == calls


def test_every_command_stands_in_its_table_with_its_options_and_no_other() -> None:
    text = section(page("docs/command-line.md"), "## Commands")
    table = {
        re.sub(r" [A-Z ]+$", "", cells[0].strip("`")): named(cells[1])
        for cells in rows(text)
        if cells[0].startswith("`")
    }
    options = {
        name: {
            option
            for parameter in parameters(command)
            for option in parameter.opts
            if option.startswith("-") and option not in ("--url", "--json", "--help")
        }
        for name, command in COMMANDS.items()
    }
    assert table == options


def test_every_setting_stands_in_its_table_with_its_default(box: Box) -> None:
    text = section(page("docs/admin-api.md"), "## Settings")
    table = {cells[0]: cells[1] for cells in rows(text) if cells[0].startswith("`")}
    box.admin.post("/reset")
    settings = {
        f"`{name}`": f"`{str(value).lower() if value is not None else 'null'}`"
        for name, value in flat(box.admin.get("/settings").json())
    }
    assert table == settings


def flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def test_every_hint_stands_in_its_table_and_no_other() -> None:
    rules = [(each.name.title(), rule) for each in PROVIDERS for rule in each.hints]
    rules += [("any", rule) for rule in RULES]
    table = list(rows(section(page("docs/hints.md"), "## In answers")))
    assert table[1:] == [[who, rule.mistake, rule.says] for who, rule in rules]


def test_every_variable_stands_in_its_table_and_no_other() -> None:
    code = "".join(file.read_text("utf-8") for file in (TOP / "sandbox").rglob("*.py"))
    named = set(re.findall(r"\bSANDBOX_[A-Z]+(?:_[A-Z]+)*", code))
    read = {f"SANDBOX_{name.upper()}" for name in setting_names(PROVIDERS)} | set(OF_COMMANDS)
    text = section(page("docs/admin-api.md"), "## At the start")
    table = {cells[0].strip("`"): cells[-1] for cells in rows(text) if "`SANDBOX_" in cells[0]}
    declared = {
        f"SANDBOX_{provider.name}_{key}".upper(): about
        for provider in PROVIDERS
        for key, about in provider.variables.items()
    }
    assert named <= read
    assert set(table) == {name for name in read if not re.search("_LAHZA_.*WEBHOOK", name)}
    assert {name: table[name] for name in declared} == declared


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in links(path.read_text("utf-8")):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.is_file(), link
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), link


def test_the_first_page_of_the_documents_names_each_page() -> None:
    first = TOP / "docs" / "README.md"
    named = {link.partition("#")[0] for link in links(first.read_text("utf-8"))}
    pages = {path.relative_to(first.parent).as_posix() for path in first.parent.rglob("*.md")}
    assert pages - {first.name} - named == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_scenario_and_setting_named_anywhere_exists(box: Box, path: Path) -> None:
    text = path.read_text("utf-8")
    scenarios = {s["name"] for s in box.admin.get("/scenarios").json()["scenarios"]}
    shown = set(re.findall(r"_sandbox/scenarios/([a-z-]+)", text))
    shown |= set(re.findall(r"Sandbox-Scenario: ([a-z]+(?:-[a-z]+)+)", text))
    assert shown <= scenarios
    settings = box.admin.get("/settings").json()
    keys = [word.split(".") for word in named(text) if re.fullmatch(r"(lean|lahza)\.\w+_\w+", word)]
    assert [key for provider, key in keys if key not in settings[provider]] == []
