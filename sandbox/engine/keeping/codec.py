"""Values of a state as JSON text, and back: exact, also where JSON has no such value."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sandbox.engine.provider.rules import Origin

_MARK = "$"
"""The only key of an object that stands for what JSON has not; a caller's own one is marked too."""
_QUOTED = f'"{_MARK}"'
NO_SENSE = ValueError, TypeError, ArithmeticError, LookupError, AttributeError
"""What is raised where values are read that make no sense."""


class Same:
    """What stands elsewhere, once for all that have it."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class Codec:
    """Writes and reads texts. Calls of a provider's API (`Origin`) are numbered by its user.

    Its user lets one thread at a time write.

    Attributes:
        same: what `Same` stands for, where it is read.
    """

    def __init__(
        self, number: Callable[[Origin], int], origin: Callable[[int], Origin | None]
    ) -> None:
        """`number` is asked for that of a call, and `origin` for the call."""
        self._number, self._origin = number, origin
        self.same: Mapping[int, Any] = {}
        self._marked = 0
        self._encode = json.JSONEncoder(
            ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=self._mark
        ).encode
        self._decode_marked = json.JSONDecoder(object_hook=self._unmark).decode
        self._decode = json.JSONDecoder().decode

    def text(self, value: object) -> str:
        """A value as compact JSON, in one line."""
        self._marked = 0
        text = self._encode(value)
        if text.count(_QUOTED) != self._marked:
            text = self._encode(_escaped(value))
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:  # half of a pair, which UTF-8 has no bytes for
                text = "".join(c if ord(c) < 128 else json.dumps(c)[1:-1] for c in text)
        return text

    def value(self, text: str) -> Any:
        """The value of a text; what was a tuple is a list."""
        return self._decode_marked(text) if _QUOTED in text else self._decode(text)

    def values(self, texts: Iterable[str]) -> list[Any]:
        """The values of many texts, sooner than one by one."""
        read: list[Any] = self.value(f"[{','.join(texts)}]")
        return read

    def _mark(self, value: object) -> object:
        self._marked += 1
        if isinstance(value, Origin):
            return {_MARK: self._number(value)}
        if isinstance(value, Decimal):
            return {_MARK: str(value)}
        if isinstance(value, Same):
            return {_MARK: ["same", value.number]}
        if isinstance(value, _Own):
            return {_MARK: [value.value]}
        if isinstance(value, Mapping):
            self._marked -= 1
            return dict(value)
        raise TypeError(f"{type(value)} can't be kept")

    def _unmark(self, read: dict[str, Any]) -> Any:
        if len(read) != 1 or _MARK not in read:
            return read
        value = read[_MARK]
        if isinstance(value, int):
            return self._origin(value)
        if isinstance(value, str):
            return Decimal(value)
        return self.same[value[1]] if len(value) == 2 else {_MARK: value[0]}


class _Own:
    """What stands under a caller's own key that looks like the mark."""

    def __init__(self, value: object) -> None:
        self.value = value


def _escaped(value: object) -> object:
    """An equal value, in which a caller's own object with the mark for its only key is told."""
    if isinstance(value, Mapping):
        escaped = {key: _escaped(each) for key, each in value.items()}
        return _Own(escaped[_MARK]) if list(escaped) == [_MARK] else escaped
    if isinstance(value, list | tuple):
        return [_escaped(each) for each in value]
    return value
