"""Scripts of calls: YAML, one file a topic."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields, validate

from sandbox.engine.reading.fields import DurationText, Strict, StrictBoolean
from sandbox.engine.reading.files import Source, in_folder, read_all
from sandbox.engine.reading.validation import OneOf, explain
from sandbox.engine.values.instants import SECOND, Duration

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST_STEPS = 100
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}", re.ASCII)
KNOWN = frozenset({"unique", "today", "token", "app_token", "client_id", "client_secret", "key"})
"""What a script may name in braces without saving it first."""
ENDINGS = (".yaml", ".yml")


class Await(NamedTuple):
    """A state that a call is repeated for.

    Attributes:
        path: where the state stands in the answer.
        becomes: it has come when it is one of these.
        within, every: how long to go on, and how often to ask.
    """

    path: str
    becomes: Sequence[str]
    within: Duration
    every: Duration


class Step(NamedTuple):
    """A call, and what is looked at in its answers.

    Attributes:
        name: what the report calls it.
        method, path, query: of the call; texts may hold `{names}`.
        headers: besides those that every call has.
        json, form: its body, one or neither.
        auth: whether it carries the provider's credentials.
        writes: whether it changes anything at the provider's.
        save: values of the answer for later steps, by the name: a path in it.
        equal: paths in the answer whose values must be the same.
        awaits: a state that it is repeated for.
    """

    name: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    json: Any
    form: Mapping[str, str] | None
    auth: bool
    writes: bool
    save: Mapping[str, str]
    equal: Sequence[str]
    awaits: Await | None

    @property
    def uses(self) -> list[str]:
        """The names in braces that the call has."""
        return list(_named((self.path, self.query, self.headers, self.json, self.form)))


class Need(NamedTuple):
    """Something that a script can't make itself.

    Attributes:
        about: what it is.
        sandbox: the fixture that the sandbox takes, as `lean.payments.reconciled`.
    """

    about: str
    sandbox: str


class Script(NamedTuple):
    """A topic's calls.

    Attributes:
        name: of its file.
        provider: whose they are.
        needs: what the user has to name, by the name in braces.
    """

    name: str
    provider: str
    title: str
    needs: Mapping[str, Need]
    steps: Sequence[Step]

    @property
    def writing(self) -> list[Step]:
        """The steps that change something."""
        return [step for step in self.steps if step.writes]


class _Await(Strict):
    path = fields.String(required=True)
    becomes = fields.List(fields.String(), required=True, validate=validate.Length(1))
    within = DurationText(load_default=600 * SECOND)
    every = DurationText(load_default=5 * SECOND)


class _Step(Strict):
    name = fields.String(required=True, validate=validate.Length(1, 100))
    method = fields.String(load_default="GET", validate=OneOf(METHODS))
    path = fields.String(required=True, validate=validate.Regexp("/", error="must begin with /"))
    query = fields.Dict(keys=fields.String(), load_default=dict)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    json = fields.Raw(load_default=None)
    form = fields.Dict(keys=fields.String(), load_default=None)
    auth = StrictBoolean(load_default=True)
    writes = StrictBoolean(load_default=None)
    save = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    equal = fields.List(fields.String(), load_default=list)
    awaits = fields.Nested(_Await, data_key="await", load_default=None)


class _Need(Strict):
    about = fields.String(required=True)
    sandbox = fields.String(required=True)


class _Script(Strict):
    provider = fields.String(required=True)
    title = fields.String(required=True)
    needs = fields.Dict(keys=fields.String(), values=fields.Nested(_Need), load_default=dict)
    steps = fields.List(
        fields.Nested(_Step), required=True, validate=validate.Length(1, MOST_STEPS)
    )


_SCRIPT = _Script()


def read_scripts(files: Sequence[Path], providers: Collection[str]) -> list[Script]:
    """The scripts of files and folders.

    Raises:
        BadFile: one of them makes no sense.
    """
    found = [path for file in files for path in _files(file)]
    return [_script(source, providers) for source in read_all(found)]


def _files(place: Path) -> Sequence[Path]:
    return in_folder(place, *ENDINGS) if place.is_dir() else [place]


def _script(source: Source, providers: Collection[str]) -> Script:
    if not isinstance(source.content, dict):
        raise source.wrong((), "a script is a mapping: provider, title and steps")
    try:
        loaded = _SCRIPT.load(source.content)
    except ValidationError as error:
        path, reason = explain(error, _SCRIPT)
        raise source.wrong(path, f"{_dotted(path)}: {reason}" if path else reason) from error
    if loaded["provider"] not in providers:
        raise source.wrong(
            ("provider",), OneOf(sorted(providers))._format_error(loaded["provider"])
        )
    needs = {name: Need(**need) for name, need in loaded["needs"].items()}
    for number, step in enumerate(loaded["steps"]):
        if step["json"] is not None and step["form"] is not None:
            raise source.wrong(("steps", number), "a step has json or form, not both")
    steps = [_step(step) for step in loaded["steps"]]
    script = Script(source.file.stem, loaded["provider"], loaded["title"], needs, steps)
    for number, name in _unknown(script):
        reason = f"{{{name}}} is not known here: no step before saves it, and needs has it not"
        raise source.wrong(("steps", number), reason)
    return script


def _dotted(path: Sequence[object]) -> str:
    return ".".join(map(str, path))


def _step(loaded: Mapping[str, Any]) -> Step:
    writes = loaded["writes"]
    awaits = loaded["awaits"]
    return Step(
        **{
            **loaded,
            "query": {key: str(value) for key, value in loaded["query"].items()},
            "form": loaded["form"] and {k: str(v) for k, v in loaded["form"].items()},
            "writes": loaded["method"] != "GET" if writes is None else writes,
            "awaits": awaits and Await(**awaits),
        }
    )


def _unknown(script: Script) -> Iterator[tuple[int, str]]:
    """Names in braces that nothing says, with the number of their step."""
    known = {*KNOWN, *script.needs}
    for number, step in enumerate(script.steps):
        for name in step.uses:
            if name not in known:
                yield number, name
        known |= set(step.save)


def _named(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from PLACEHOLDER.findall(value)
    elif isinstance(value, Mapping):
        for each in (*value.keys(), *value.values()):
            yield from _named(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _named(each)


def filled(value: Any, values: Mapping[str, str]) -> Any:
    """A value with what stands in braces put in; a text that is just a name stays a text."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), value)
    if isinstance(value, Mapping):
        return {filled(key, values): filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    return value
