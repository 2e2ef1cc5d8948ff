"""Lets a sandbox show the wire examples: each is called for, and its answer held against it.

What the sandbox makes up stands in an example's place from then on: an id that one example has
shown is the one that the next asks for.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from requests import Response

from sandbox import app
from sandbox.app import data_folder
from sandbox.openapi.wire_examples import WireExample, wire_examples
from tests.conftest import NOW
from tests.kit import Api, Box, frozen, serving

PACKAGES = Path(app.__file__).parent
EXAMPLES: Mapping[str, Mapping[str, WireExample]] = {
    name: {each.name: each for each in wire_examples(PACKAGES / name / "wire_examples.yaml")}
    for name in ("lean", "lahza")
}
"""By provider and name."""

_NUMBER = "\ue000"
"""Stands before numbers, so that `35` and `35.0` are not the same."""
SHORTEST = 8
"""Characters of a value that is found again in other texts: `12` would be found in many."""
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@contextmanager
def showing() -> Iterator[Box]:
    """A sandbox whose only fixtures are those of the examples."""
    ours = {"fixtures": Path(__file__).parent / "fixtures"}
    with ExitStack() as stack:
        with patch.object(app, "data_folder", lambda name: ours.get(name) or data_folder(name)):
            box = stack.enter_context(serving(frozen(NOW)))
        yield box


def read(text: str) -> Any:
    """JSON, its numbers as they are written."""
    return json.loads(text, parse_int=_as_written, parse_float=_as_written)


def _as_written(number: str) -> str:
    return _NUMBER + number


def written(value: Any) -> str:
    """What `read` has read, as compact JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(f'"{_NUMBER}([^"]*)"', r"\1", text)


class Story:
    """A fresh world in which examples of a provider come after one another."""

    def __init__(self, box: Box, provider: str) -> None:
        self.box = box
        self._examples = EXAMPLES[provider]
        self._provider = provider
        self._api: Api = getattr(box, provider)
        self._known: dict[str, str] = {}

    def begin(self, name: str) -> "Story":
        """A fresh world at the moment of an example."""
        self.box.admin.post("/reset", {"mode": "frozen", "now": self._moment(name)})
        return self

    def _moment(self, name: str) -> str:
        example = self._examples[name]
        named = [self._moment(step["example"]) for step in example.before if "example" in step]
        return example.at or next(iter(named), NOW)

    def tell(self, name: str) -> Response | None:
        """Hold what the sandbox says against an example, after what has to be before it.

        Returns:
            The answer; None: it is a webhook.

        Raises:
            AssertionError: they differ.
        """
        self.prepare(name)
        example = self._examples[name]
        if example.webhook is not None:
            self.compare(example, self.sent_out(example.webhook))
            return None
        answer = self.ask(example)
        assert answer.status_code == example.status, answer.text
        for header, value in example.headers.items():
            self._compare_header(example, header, value, answer)
        if example.body is not None:
            self.compare(example, answer.text)
        return answer

    def prepare(self, name: str) -> None:
        """Let happen what has to be before an example."""
        for step in self._examples[name].before:
            if "example" in step:
                self.tell(step["example"])
            else:
                self._step(**step)

    def _step(
        self,
        call: str,
        headers: Mapping[str, str] | None = None,
        sent: Any = None,
        gives: Mapping[str, str] | None = None,
    ) -> None:
        method, path = self.as_known(call).split(" ")
        body = None if sent is None else json.loads(self.as_known(json.dumps(sent, default=int)))
        is_own = path.startswith("/_sandbox")
        api = self.box.admin if is_own else self._api
        answer = api.call(method, path.removeprefix("/_sandbox"), body, headers=dict(headers or {}))
        assert answer.ok, answer.text
        for place, value in (gives or {}).items():
            self._learn(value, str(reduce(getitem, place.split("."), answer.json())))

    def ask(self, example: WireExample, **headers: str) -> Response:
        """Make the call of an example."""
        assert example.call is not None
        method, path = example.call.split(" ")
        values = {key: self.as_known(str(value)) for key, value in example.parameters.items()}
        for key in re.findall(r"{(\w+)}", path):
            path = path.replace(f"{{{key}}}", values.pop(key))
        sent = example.sent_text
        body = None if sent is None else self.as_known(sent).encode()
        known = {key: example.in_place(value) for key, value in example.sent_headers.items()}
        media = {} if body is None else {"content-type": "application/json"}
        return self._api.call(
            method,
            f"{path}?{urlencode(values)}" if values else path,
            body,
            headers={**media, **known, **headers},
        )

    def sent_out(self, event: str) -> str:
        """The body of the last webhook of an event."""
        path = f"/webhooks/deliveries?provider={self._provider}&event={event}"
        *_, delivery = self.box.admin.get(path).json()["deliveries"]
        return json.dumps(delivery["body"], separators=(",", ":"), ensure_ascii=False)

    def compare(self, example: WireExample, text: str) -> None:
        """Hold a body against that of an example, byte for byte.

        What the sandbox makes up is filled in first. Where it answers in another form, it has to
        say all that the example says.
        """
        assert example.body is not None
        said, asked = read(text), read(example.body)
        unused = {*example.made, *example.here} - {*example.headers}
        filled = self._filled(example, asked, said, (), unused)
        assert unused == set(), "the example has no such places"
        if example.differs:
            assert _has_all(filled, said), f"{written(filled)} is not all in {text}"
        else:
            assert text == written(filled), f"answered:\n{text}\nbut expected:\n{written(filled)}"

    def _filled(
        self, example: WireExample, asked: Any, said: Any, at: tuple[str, ...], unused: set[str]
    ) -> Any:
        """An example's value, with what the sandbox has in its place."""
        for place, value in example.here.items():
            if _ends(at, place):
                unused.discard(place)
                return read(json.dumps(value, default=str))
        for place in example.made:
            if _ends(at, place):
                unused.discard(place)
                self._learn(asked, said)
                return said
        if isinstance(asked, dict):
            inner = said if isinstance(said, dict) else {}
            return {
                key: self._filled(example, value, inner.get(key), (*at, key), unused)
                for key, value in asked.items()
            }
        if isinstance(asked, list):
            rows = said if isinstance(said, list) else []
            rest = [None] * (len(asked) - len(rows))
            return [
                self._filled(example, value, row, (*at, str(n)), unused)
                for n, (value, row) in enumerate(zip(asked, [*rows, *rest], strict=False))
            ]
        return self.as_known(asked) if isinstance(asked, str) else asked

    def _compare_header(
        self, example: WireExample, header: str, value: str, answer: Response
    ) -> None:
        said = answer.headers.get(header, "")
        if header in example.made:
            assert _form(said) == _form(value), header
        else:
            assert said == value, header

    def as_known(self, text: str) -> str:
        """A text of an example, with what the sandbox has made up so far."""
        shown = "|".join(sorted(map(re.escape, self._known), key=len, reverse=True))
        return re.sub(shown, lambda found: self._known[found[0]], text) if shown else text

    def _learn(self, shown: Any, made: Any) -> None:
        """Keep what the sandbox has in the place of an example's value; it is of the same form."""
        form = _form(shown)
        is_alike = form is None or (isinstance(made, str) and form in (TEXT, _form(made)))
        assert is_alike, f"{made} stands in the place of {shown}"
        if not isinstance(shown, str) or len(shown) < SHORTEST:
            return
        assert self._known.setdefault(shown, made) == made, f"{shown} is no longer the same"
        if _UUID.fullmatch(shown):
            self._known[shown.replace("-", "")] = made.replace("-", "")
            others = [key for key, value in self._known.items() if value == made]
            assert others == [shown], "two ids of the example are one"


def _ends(path: tuple[str, ...], place: str) -> bool:
    end = tuple(place.split("."))
    return path[-len(end) :] == end


TEXT = "a text"


def _form(value: Any) -> str | None:
    """What values have in common that may stand for one another."""
    if not isinstance(value, str):
        return None if value is None else type(value).__name__
    forms: list[tuple[str, Callable[[str], object]]] = [
        ("a number", lambda text: text.startswith(_NUMBER)),
        ("an id", _UUID.fullmatch),
        ("a moment", _MOMENT.fullmatch),
        (f"{len(value)} digits", str.isdigit),
        (f"{len(value)} hex digits", re.compile("([0-9a-f]{2}){8,}").fullmatch),
        (f"{len(value)} letters", re.compile("[A-Za-z]{16}").fullmatch),
    ]
    return next((name for name, is_such in forms if is_such(value)), TEXT)


def _has_all(wanted: Any, said: Any) -> bool:
    """Whether a value says all that another does; the order of keys does not count."""
    if isinstance(wanted, dict):
        return isinstance(said, dict) and all(
            key in said and _has_all(value, said[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(said, list) and len(wanted) == len(said) and all(map(_has_all, wanted, said))
        )
    return bool(wanted == said)
