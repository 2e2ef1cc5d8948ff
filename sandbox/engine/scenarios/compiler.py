"""What a scenario may say: its words checked, its parameters put in.

A script is checked twice: once when it is loaded, with its default parameters, and again when
it is switched on, with the caller's. Either way a name that can never match is refused.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sandbox.engine.reading.limits import too_much
from sandbox.engine.reading.validation import Path, listed
from sandbox.engine.scenarios.schemas import (
    LONGEST_VALUE,
    NAME,
    REQUEST,
    SCENARIO,
    SET,
    TRANSITION,
    WEBHOOK,
    load_shape,
)
from sandbox.engine.scenarios.steps import (
    ANY,
    ANY_BUT_TOKEN,
    CALL_WHERE,
    NEVER,
    SWITCHED_ON,
    WEATHER,
    Named,
    Parameter,
    RequestStep,
    Respond,
    Scenario,
    ScenarioError,
    Script,
    SetStep,
    Step,
    TransitionStep,
    WebhookStep,
    segments,
)
from sandbox.engine.scenarios.templates import fill, named
from sandbox.engine.scenarios.vocabulary import Scalar, Vocabulary, Words
from sandbox.engine.scenarios.wheres import (
    check_route,
    documents_of,
    paths_of,
    read_where,
    unknown,
)
from sandbox.engine.values.words import nearest

_BEGIN = ("set", "on")
"""The keys that tell what kind of step it is."""

MOST_SCRIPT = 1024 * 1024
"""Characters of a script as JSON: once with its defaults, and once for each value of a `one_of`."""
_MOST_PUT_IN = 1024 * 1024
"""Characters of parameters that are put into a script's texts."""


def load(
    raw: object, vocabulary: Vocabulary, name: str | None = None, is_custom: bool = False
) -> Scenario:
    """Check a scenario and make it ready to be switched on.

    Args:
        raw: the YAML file's or the JSON body's content.
        vocabulary: what a script can talk about.
        name: the file's name; else the content must hold one.
        is_custom: whether a caller posted it.

    Raises:
        ScenarioError: it says something that makes no sense.
    """
    if not isinstance(raw, Mapping):
        raise ScenarioError((), "a scenario is a mapping with title, provider and script")
    if reason := too_much(raw):
        raise ScenarioError((), reason)
    shape = load_shape(SCENARIO, raw, ())
    if "name" not in shape:
        shape |= load_shape(NAME, {"name": name} if name else {}, ())
    if shape["name"] == WEATHER:
        raise ScenarioError(("name",), "the name is taken by the weather")
    if shape["provider"] != ANY and shape["provider"] not in vocabulary.providers:
        unknown(("provider",), shape["provider"], [ANY, *vocabulary.providers])
    parameters = {
        key: Parameter(value["default"], tuple(value["one_of"]))
        for key, value in shape["parameters"].items()
    }
    for key, parameter in parameters.items():
        if key == SWITCHED_ON:
            raise ScenarioError(("parameters", key), "the name is taken by the language")
        if parameter.one_of and parameter.default not in parameter.one_of:
            reason = listed(parameter.one_of, parameter.default)
            raise ScenarioError(("parameters", key, "default"), reason)
    variants = 1 + sum(len(parameter.one_of) for parameter in parameters.values())
    if length(shape["script"]) * variants > MOST_SCRIPT:
        reason = f"too long; at most {MOST_SCRIPT} characters, once more for each in a one_of"
        raise ScenarioError(("script",), reason)
    scenario = Scenario(
        name=shape["name"],
        provider=shape["provider"],
        title=shape["title"],
        about=" ".join(shape["about"].split()),
        parameters=parameters,
        script=tuple(shape["script"]),
        is_custom=is_custom,
    )
    compile_script(scenario, {}, vocabulary)
    for key, parameter in parameters.items():
        for value in parameter.one_of:
            compile_script(scenario, {key: value}, vocabulary)
    return scenario


def length(script: Iterable[Mapping[str, Any]]) -> int:
    """Characters of a script as JSON: it takes that long to check it."""
    return len(json.dumps([*script], default=str))


def compile_script(
    scenario: Scenario,
    given: Mapping[str, object],
    vocabulary: Vocabulary,
    switched_on: str = "1970-01-01T00:00:00Z",
) -> Script:
    """Put parameters into a scenario's script.

    A step that names parameters which default to `any` is left out when the caller gave others
    of that sort but none of its own: given a Lean payment alone, a step for Lahza is silent.

    Raises:
        ScenarioError: a parameter is unknown, or its value makes no sense where it stands.
    """
    values = _values(scenario, given)
    steps = []
    documents: dict[Named, None] = {}
    for at, raw, body, filled in _filled(scenario, values, switched_on):
        try:
            step = _step(filled, scenario, vocabulary, at)
        except ScenarioError as error:
            raise _blame(error, raw, given) from error
        steps.append(step)
        documents |= dict.fromkeys(documents_of(step, body, filled))
    return Script(values, tuple(steps), tuple(documents))


def filled_script(scenario: Scenario, given: Mapping[str, object]) -> list[dict[str, Any]]:
    """The steps of a scenario that hold with these parameters, which are put in; not yet checked.

    Raises:
        ScenarioError: a parameter is unknown, or has none of its values.
    """
    values = _values(scenario, given)
    return [step for *_, step in _filled(scenario, values, f"{{{SWITCHED_ON}}}")]


def _filled(
    scenario: Scenario, values: Mapping[str, Scalar], switched_on: str
) -> Iterator[tuple[Path, Mapping[str, Any], dict[str, Any], dict[str, Any]]]:
    """The steps that hold: where each stands, as it stands there, without `when`, and filled in."""
    targets = {name for name, p in scenario.parameters.items() if p.default == ANY}
    chosen = {name for name in targets if values[name] != ANY}
    put_in = 0
    for number, raw in enumerate(scenario.script):
        at: Path = ("script", number)
        names = named(raw)
        for name in sorted({*names} - set(values) - {SWITCHED_ON}):
            raise ScenarioError(at, f"there is no parameter {{{name}}}; {listed(values, name)}")
        body, holds = _holding(raw, values, scenario, at)
        if not holds or (targets & {*names} and chosen and not chosen & {*names}):
            continue
        filling = {**values, SWITCHED_ON: switched_on}
        put_in += sum(len(str(filling[name])) for name in names)
        if put_in > _MOST_PUT_IN:
            raise ScenarioError(at, f"its parameters come to more than {_MOST_PUT_IN} characters")
        yield at, raw, body, fill(body, filling)


def _values(scenario: Scenario, given: Mapping[str, object]) -> dict[str, Scalar]:
    values = {name: parameter.default for name, parameter in scenario.parameters.items()}
    for name, value in given.items():
        at: Path = ("parameters", name)
        parameter = scenario.parameters.get(name)
        if parameter is None:
            valid = listed(scenario.parameters, name)
            raise ScenarioError(at, f"there is no such parameter; {valid}")
        if not isinstance(value, str | int | Decimal | bool):
            raise ScenarioError(at, "must be a text, a number, true or false")
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise ScenarioError(at, f"longer than {LONGEST_VALUE} characters")
        values[name] = value
        if parameter.one_of:
            choices = {str(choice): choice for choice in parameter.one_of}
            if str(value) not in choices:
                raise ScenarioError(at, listed(parameter.one_of, value))
            values[name] = choices[str(value)]
    return values


def _holding(
    raw: Mapping[str, Any], values: Mapping[str, Scalar], scenario: Scenario, at: Path
) -> tuple[dict[str, Any], bool]:
    """Take the `when` off a step, and tell whether it holds for these values."""
    body = dict(raw)
    when = body.pop("when", {})
    if not isinstance(when, Mapping):
        raise ScenarioError((*at, "when"), "must name parameters and their values")
    for name, value in when.items():
        if name not in values:
            raise ScenarioError((*at, "when", name), listed(values, name))
        one_of = scenario.parameters[name].one_of
        if one_of and value not in one_of:
            raise ScenarioError((*at, "when", name), listed(one_of, value))
    return body, all(values[name] == value for name, value in when.items())


def _blame(error: ScenarioError, raw: Any, given: Mapping[str, object]) -> ScenarioError:
    """If the caller's own parameter stands where the error is, the error is the parameter's.

    So it is if it stands beside it, in the same `where`.
    """
    levels = [raw]
    for part in error.path[2:]:
        try:
            levels.append(levels[-1][part])
        except (KeyError, IndexError, TypeError):
            break
    for level in reversed(levels[1:] or levels):
        if names := sorted({*named(level)} & set(given)):
            return ScenarioError(("parameters", names[0]), error.reason)
    return error


# The kinds of step --------------------------------------------------------------------


def _step(raw: dict[str, Any], scenario: Scenario, vocabulary: Vocabulary, at: Path) -> Step:
    words = {
        name: each
        for name, each in vocabulary.providers.items()
        if scenario.provider in (ANY, name)
    }
    if (own := raw.get("provider", ANY)) != ANY:
        if not isinstance(own, str) or own not in words:
            unknown((*at, "provider"), own, [ANY, *words])
        words = {own: words[own]}
    if not raw.keys() & {*_BEGIN}:
        for key in raw:
            if nearest(key, _BEGIN):
                raise ScenarioError((*at, key), f"there is no such key; {listed(_BEGIN, key)}")
    if ("set" in raw) == ("on" in raw):
        raise ScenarioError(at, "a step begins with `set:` or with `on:`")
    if "set" in raw:
        return _set_step(raw, words, vocabulary, at)
    if raw["on"] == "request":
        return _request_step(raw, words, vocabulary, at)
    if raw["on"] == "webhook":
        return _webhook_step(raw, words, vocabulary, at)
    return _transition_step(raw, words, vocabulary, at)


def _set_step(
    raw: dict[str, Any], words: Mapping[str, Words], vocabulary: Vocabulary, at: Path
) -> SetStep:
    shape = load_shape(SET, raw, at)
    targets = {name: target for each in words.values() for name, target in each.targets.items()}
    target = targets.get(shape["set"])
    if target is None:
        unknown((*at, "set"), shape["set"], targets)
    where = read_where(shape["where"], target.where, vocabulary, (*at, "where"))
    if target.where is CALL_WHERE:
        [provider] = [name for name, each in words.items() if shape["set"] in each.targets]
        asked: dict[str, Any] = {key: value for key, (_, value) in where.items()}
        route = asked.get("method"), asked.get("path")
        check_route([provider], *route, vocabulary, (*at, "where", "path"))
    return SetStep(
        target=shape["set"],
        where=where,
        to=load_shape(target.to, shape["to"], (*at, "to")),
    )


def _transition_step(
    raw: dict[str, Any], words: Mapping[str, Words], vocabulary: Vocabulary, at: Path
) -> TransitionStep:
    known = {
        transition: (lifecycle, state)
        for each in words.values()
        for lifecycle in each.lifecycles.values()
        for transition, state in lifecycle.transitions().items()
        if lifecycle.may_become[state]
    }
    if isinstance(raw["on"], str) and raw["on"] not in known:
        unknown((*at, "on"), raw["on"], ["request", "webhook", *known])
    shape = load_shape(TRANSITION, raw, at)
    lifecycle, state = known[shape["on"]]
    become = None if shape["become"] == NEVER else shape["become"]
    if become is None and "after" in raw:
        raise ScenarioError((*at, "after"), "nothing comes after `never`")
    if become is not None and become not in lifecycle.may_become[state]:
        unknown((*at, "become"), become, [*lifecycle.may_become[state], NEVER])
    return TransitionStep(
        lifecycle=lifecycle,
        state=state,
        where=read_where(shape["where"], lifecycle.where, vocabulary, (*at, "where")),
        times=shape["times"],
        skip=shape["skip"],
        after=shape["after"],
        become=become,
    )


def _request_step(
    raw: dict[str, Any], words: Mapping[str, Words], vocabulary: Vocabulary, at: Path
) -> RequestStep:
    shape = load_shape(REQUEST, raw, at)
    where = shape["where"]
    if where["provider"] != ANY and where["provider"] not in words:
        unknown((*at, "where", "provider"), where["provider"], [ANY, *words])
    providers = frozenset(words) if where["provider"] == ANY else frozenset({where["provider"]})
    method = None if where["method"] == ANY else where["method"]
    paths, but = None, frozenset[tuple[str, ...]]()
    if where["path"] == ANY_BUT_TOKEN:
        but = frozenset(segments(path) for each in words.values() for path in each.token_paths)
    elif where["path"] != ANY:
        paths = paths_of(where["path"], (*at, "where", "path"))
    check_route(providers, method, paths, vocabulary, (*at, "where", "path"))
    fail, respond = shape["fail"], shape["respond"]
    if fail is not None:
        faults = {word for each in words.values() for word in each.faults}
        if fail not in faults:
            unknown((*at, "fail"), fail, sorted(faults))
        if respond is not None:
            raise ScenarioError((*at, "respond"), "a step either fails or responds")
    elif shape["retry_after"] is not None:
        raise ScenarioError((*at, "retry_after"), "goes with `fail`")
    elif respond is None and not raw.keys() & {"delay", "advance"}:
        raise ScenarioError(at, "say what becomes of it: advance, delay, fail or respond")
    return RequestStep(
        providers=providers,
        method=method,
        paths=paths,
        but=but,
        times=shape["times"],
        skip=shape["skip"],
        advance=shape["advance"],
        delay=shape["delay"],
        fail=fail,
        retry_after=shape["retry_after"],
        respond=None if respond is None else _answer(respond, raw["respond"]),
    )


def _answer(respond: Mapping[str, Any], raw: Mapping[str, Any]) -> Respond:
    """Where nothing but `after` is given, the call's own answer."""
    is_own = respond["after"] and raw.keys() == {"after"}
    return Respond(None, after=True) if is_own else Respond(**respond)


_EFFECTS = ("lose", "repeat", "after", "swap", "forge", "before_answer")


def _webhook_step(
    raw: dict[str, Any], words: Mapping[str, Words], vocabulary: Vocabulary, at: Path
) -> WebhookStep:
    """It holds for the providers that know all that its `where` names."""
    shape = load_shape(WEBHOOK, raw, at)
    if not raw.keys() & set(_EFFECTS):
        raise ScenarioError(at, "say what becomes of it: " + ", ".join(_EFFECTS))
    keys = dict(shape["where"])
    event = keys.pop("event", ANY)
    known = {key for each in words.values() for key in each.webhooks.where}
    if event != ANY:
        events = {event for each in words.values() for event in each.webhooks.events}
        if event not in events:
            unknown((*at, "where", "event"), event, sorted(events))
        words = {n: each for n, each in words.items() if event in each.webhooks.events}
    for name in keys:
        if name not in known:
            unknown((*at, "where", name), name, ["event", *sorted(known)])
    keys = {name: value for name, value in keys.items() if value != ANY}
    where = {
        name: read_where(keys, each.webhooks.where, vocabulary, (*at, "where"))
        for name, each in words.items()
        if keys.keys() <= each.webhooks.where.keys()
    }
    if not where:
        raise ScenarioError((*at, "where"), "no provider's webhooks have all of these keys")
    return WebhookStep(
        event=None if event == ANY else event,
        where=where,
        times=shape["times"],
        skip=shape["skip"],
        **{effect: shape[effect] for effect in _EFFECTS},
    )
