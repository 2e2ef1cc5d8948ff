"""The page on which scenarios are switched on and off."""

from collections.abc import Mapping
from typing import Any

from sandbox.engine.scenarios.steps import METHODS, UNLIMITED, Scenario, ScenarioError
from sandbox.engine.scenarios.texts import scalar_of
from sandbox.engine.scenarios.vocabulary import Scalar
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit

_OWN = "Your own"
_EITHER = "Of either provider"
_HINTS = {
    "after": "a duration of the world's time, such as 90m or 1d12h",
    "retry_after": "a duration, such as 30s",
    "delay": "a duration of real time, such as 5s; at most 1d",
    "times": f"a whole number from 1, or {UNLIMITED}",
    "method": f"any, or one of {', '.join(METHODS)}",
    "path": "any, or paths with commas between; * is any one part",
}
"""What a parameter may be, by the key of a script that it is the value of."""


def show(visit: Visit) -> Shown | Moved:
    """All scenarios, or the one that the address names."""
    typed: Mapping[str, str] = {}
    wrong: Mapping[str, str] = {}
    name = visit.path[0] if len(visit.path) == 1 else None
    if visit.path and name not in visit.world.state.scenarios.catalog:
        raise NotThere
    if visit.is_post and name is not None:
        typed = visit.request.form.to_dict()
        try:
            said = _switch(visit, name, typed)
            return Moved(f"{visit.here()}#scenario-{name}", said)
        except ScenarioError as error:
            field = str(error.path[1]) if error.path[:1] == ("parameters",) else ""
            wrong = {field: error.reason if field else str(error)}
    groups: dict[str, list[dict[str, Any]]] = {}
    on = 0
    world = visit.world
    with world.lock:
        scenarios = world.state.scenarios
        for each in sorted(scenarios.catalog.values(), key=lambda scenario: scenario.title):
            if name not in (None, each.name):
                continue
            described = scenarios.describe(each, world.state.store)
            on += bool(described["enabled"])
            mine = (typed, wrong) if each.name == name else ({}, {})
            group = _OWN if each.is_custom else each.provider
            groups.setdefault(group, []).append(_shown(each, described, *mine))
    order = sorted(groups, key=lambda group: (group != _OWN, group != "any", group))
    titles = {"any": visit.text(_EITHER), _OWN: visit.text(_OWN)}
    shown = [(titles.get(group, group.title()), groups[group]) for group in order]
    return Shown("dashboard/scenarios.html", {"groups": shown, "on": on}, 400 if wrong else 200)


def _switch(visit: Visit, name: str, typed: Mapping[str, str]) -> str:
    """Do what the form says; what the next page is to say.

    Raises:
        ScenarioError: a parameter makes no sense.
    """
    scenario = visit.world.state.scenarios.catalog[name]
    if typed.get("switch") == "off":
        visit.world.switch_off(name)
        return visit.text("{name} is off.", name=name)
    given: dict[str, Scalar] = {}
    for key, parameter in scenario.parameters.items():
        text = typed.get(f"with.{key}", "").strip()
        if text not in ("", _written(parameter.default)):
            given[key] = scalar_of(text)
    visit.world.switch_on(name, given)
    return visit.text("{name} is on.", name=name)


def _shown(
    scenario: Scenario,
    described: Mapping[str, Any],
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
) -> dict[str, Any]:
    """A scenario with its parameters as fields."""
    keys = _keys_of(scenario.script)
    parameters = [
        {
            "name": key,
            "value": typed.get(f"with.{key}", _written(described["parameters"][key])),
            "default": _written(parameter.default),
            "one_of": [_written(value) for value in parameter.one_of],
            "hint": _HINTS.get(keys.get(key, ""), ""),
            "wrong": wrong.get(key),
        }
        for key, parameter in scenario.parameters.items()
    ]
    missing = [f"{by}={_written(given)}" for by, given in described["missing"].items()]
    return {
        **described,
        "parameters": parameters,
        "missing": missing,
        "wrong": wrong.get(""),
        "is_wrong": bool(wrong),
    }


def _keys_of(script: object) -> dict[str, str]:
    """The key of which each parameter is the value somewhere in a script."""
    if isinstance(script, Mapping):
        found: dict[str, str] = {}
        for key, value in script.items():
            if isinstance(value, str) and value[:1] == "{" and value[-1:] == "}":
                found[value[1:-1]] = str(key)
            else:
                found |= _keys_of(value)
        return found
    if isinstance(script, list | tuple):
        return {name: key for part in script for name, key in _keys_of(part).items()}
    return {}


def _written(value: object) -> str:
    """A parameter's value as it is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


ARABIC = {
    "Scenarios": "السيناريوهات",
    "Your own": "سيناريوهاتك",
    "Of either provider": "لأي من المزوّدين",
    "{name} is on.": "شُغّل {name}.",
    "{name} is off.": "أُوقف {name}.",
    "On now: {count}": "المشغّل الآن: {count}",
    "A scenario changes how the world behaves, until it is switched off.": (
        "السيناريو يغيّر سلوك العالم إلى أن يُوقف."
    ),
    "on": "مشغّل",
    "off": "موقوف",
    "times acted: {count}": "عدد مرات التدخل: {count}",
    "Parameters": "المعاملات",
    "default: {value}": "الافتراضي: {value}",
    "Set parameters": "ضبط المعاملات",
    "There is no such document: {names}": "لا توجد وثيقة كهذه: {names}",
    "All scenarios": "كل السيناريوهات",
}
