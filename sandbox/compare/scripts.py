"""Reading comparison scripts: calls of one provider, one after the other, from a file of YAML."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from marshmallow import ValidationError, fields, validate

from sandbox.compare.places import Place, read_place
from sandbox.compare.safety import Unsafe, require_no_live_key
from sandbox.compare.templates import NAME, names_in
from sandbox.engine.provider.model import Model
from sandbox.engine.reading.fields import DurationText, Strict, StrictBoolean
from sandbox.engine.reading.files import BadFile, Source, in_folder, read_all
from sandbox.engine.reading.validation import OneOf, dotted, explain, listed
from sandbox.engine.values.instants import HOUR, MILLISECOND, SECOND, Duration

ENDINGS = (".yaml", ".yml")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
BUILT_IN = ("unique", "client_id", "client_secret", "app_token", "secret_key")
"""Names that always stand for something: a text of this run alone, and the side's credentials."""


class Need(NamedTuple):
    """A value that the user supplies with `--set`; `sandbox` is the one for the sandbox."""

    about: str
    sandbox: Any


class Await(NamedTuple):
    """States that a document goes through, in order, the last within a time."""

    at: Place
    states: Sequence[str]
    within: Duration
    every: Duration


class Step(NamedTuple):
    """A call, its placeholders not yet filled; a header that is None is left out.

    Attributes:
        body: a JSON value, a form's fields, or a text, as `kind` says.
        save: what to keep of the answer, by name.
        equal: places whose values must be the same.
    """

    name: str
    method: str
    path: str
    headers: Mapping[str, str | None]
    kind: str | None
    body: Any
    save: Mapping[str, Place]
    writes: bool
    equal: Sequence[Place]
    wait: Await | None


class Script(NamedTuple):
    """A comparison; its name is the file's."""

    name: str
    title: str
    provider: str
    needs: Mapping[str, Need]
    steps: Sequence[Step]


class _PlaceText(fields.Field[Place]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Place:
        try:
            return read_place(value if isinstance(value, str) else "")
        except ValueError as error:
            raise ValidationError(str(error)) from error


class _Within(DurationText):
    least, most, beyond = MILLISECOND, HOUR, "from 1ms to 1h"


_text = validate.Length(min=1, max=2000)
_name = validate.Regexp(rf"{NAME.pattern}\Z", error="a name is like payment_id")


class _NeedShape(Strict):
    about = fields.String(required=True, validate=_text)
    sandbox = fields.Raw(required=True)


class _AwaitShape(Strict):
    at = _PlaceText(required=True)
    states = fields.List(fields.String(validate=_text), required=True, validate=validate.Length(1))
    within = _Within(required=True)
    every = _Within(load_default=5 * SECOND)


_BODIES = ("json", "form", "text")


class _StepShape(Strict):
    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    method = fields.String(load_default="GET", validate=OneOf(METHODS))
    path = fields.String(
        required=True,
        validate=validate.Regexp(r"/[\x21-\x7e]{0,1999}\Z", error="must begin with a slash"),
    )
    headers = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[A-Za-z][A-Za-z0-9-]*\Z")),
        values=fields.String(allow_none=True, validate=validate.Regexp(r"[\x20-\x7e]*\Z")),
        load_default=dict,
    )
    json = fields.Raw()
    form = fields.Dict(keys=fields.String(), values=fields.String())
    text = fields.String()
    save = fields.Dict(keys=fields.String(validate=_name), values=_PlaceText(), load_default=dict)
    writes = StrictBoolean(load_default=None)
    equal = fields.List(_PlaceText(), load_default=list)

    class Meta(Strict.Meta):
        include: ClassVar[Mapping[str, Any]] = {
            "await": fields.Nested(_AwaitShape, load_default=None)
        }


class _ScriptShape(Strict):
    title = fields.String(required=True, validate=_text)
    provider = fields.String(required=True)
    needs = fields.Dict(
        keys=fields.String(validate=_name), values=fields.Nested(_NeedShape), load_default=dict
    )
    steps = fields.List(
        fields.Nested(_StepShape), required=True, validate=validate.Length(min=1, max=200)
    )


_SCRIPT = _ScriptShape()


def read_scripts(places: Iterable[Path], models: Mapping[str, Model]) -> list[Script]:
    """The scripts in files, and in folders of them.

    Raises:
        BadFile: one of them makes no sense; the text names the file, the line and the place.
    """
    scripts: dict[str, Script] = {}
    for place in places:
        for source in read_all(in_folder(place, *ENDINGS) if place.is_dir() else [place]):
            script = _load(source, models)
            if script.name in scripts:
                raise BadFile(f"{source.file}: the name {script.name} is taken by another file")
            scripts[script.name] = script
    return list(scripts.values())


def _load(source: Source, models: Mapping[str, Model]) -> Script:
    if not isinstance(source.content, dict):
        raise BadFile(f"{source.file}:1: it must be a mapping, with title, provider and steps")
    try:
        require_no_live_key("the script", source.text)
        raw = _SCRIPT.load(source.content)
    except Unsafe as error:
        raise BadFile(f"{source.file}: {error}") from error
    except ValidationError as error:
        path, reason = explain(error, _SCRIPT)
        raise source.wrong(path, f"{dotted(path)}: {reason}") from error
    if raw["provider"] not in models:
        reason = f"provider: {listed(models, raw['provider'])}"
        raise source.wrong(("provider",), reason)
    _check(source, raw)
    tokens = models[raw["provider"]].token_paths
    return Script(
        source.file.stem,
        raw["title"],
        raw["provider"],
        {name: Need(**need) for name, need in raw["needs"].items()},
        [_step(step, tokens) for step in raw["steps"]],
    )


def _step(raw: Mapping[str, Any], tokens: Collection[str]) -> Step:
    kind = next((kind for kind in _BODIES if kind in raw), None)
    reads = raw["method"] in ("GET", "HEAD") or raw["path"].partition("?")[0] in tokens
    return Step(
        raw["name"],
        raw["method"],
        raw["path"],
        raw["headers"],
        kind,
        raw[kind] if kind else None,
        raw["save"],
        not reads if raw["writes"] is None else raw["writes"],
        raw["equal"],
        Await(**raw["await"]) if raw["await"] else None,
    )


def _check(source: Source, raw: Mapping[str, Any]) -> None:
    """Let each step have one body at most, a name of its own, and placeholders that are known."""
    known = {*BUILT_IN, *raw["needs"]}
    for name in raw["needs"]:
        if name in BUILT_IN:
            path: tuple[str | int, ...] = ("needs", name)
            raise source.wrong(path, f"{dotted(path)}: the name is taken by the command itself")
    names: set[str] = set()
    for number, step in enumerate(raw["steps"]):
        at = ("steps", number)
        if step["name"] in names:
            path = (*at, "name")
            raise source.wrong(path, f"{dotted(path)}: another step is called {step['name']}")
        names.add(step["name"])
        if len(bodies := [kind for kind in _BODIES if kind in step]) > 1:
            path = (*at, bodies[1])
            raise source.wrong(path, f"{dotted(path)}: there is a {bodies[0]} already")
        for key in ("path", "headers", *_BODIES):
            if unknown := set(names_in(step.get(key))) - known:
                path, name = (*at, key), min(unknown)
                reason = f"nothing before it is called {name}; {listed(sorted(known), name)}"
                raise source.wrong(path, f"{dotted(path)}: {reason}")
        known |= set(step["save"])
