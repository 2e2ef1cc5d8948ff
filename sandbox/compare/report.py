"""What a comparison has found, as data and in words."""

from typing import Any, NamedTuple

from sandbox.engine.reading.files import one_line


class Difference(NamedTuple):
    """Where the two sides differ, in what, and what each has; all of it redacted.

    Attributes:
        place: a place in the body, the name of a header, or nothing.
        what: `status`, `body`, `key`, `key order`, `type`, `number style`, `value`, `error word`,
            `header` or `state`.
    """

    script: str
    step: str
    place: str
    what: str
    theirs: str
    ours: str


class LeftOut(NamedTuple):
    """A step, or a whole script (without a `step`), that could not be compared."""

    script: str
    step: str
    reason: str


class Report:
    """All that a comparison has found.

    Attributes:
        steps: how many were compared.
        times: of states that were waited for, when each side had them, in words.
    """

    def __init__(self) -> None:
        self.scripts: list[str] = []
        self.steps = 0
        self.differences: list[Difference] = []
        self.left_out: list[LeftOut] = []
        self.times: list[LeftOut] = []

    def as_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "scripts": self.scripts,
            "steps": self.steps,
            "differences": [each._asdict() for each in self.differences],
            "left_out": [each._asdict() for each in self.left_out],
            "times": [each._asdict() for each in self.times],
        }

    def lines(self, names: "dict[str, str]") -> list[str]:
        """In words, a line for each; `names` has whom each script asks beside the sandbox."""
        lines = [_line(each, names.get(each.script, "the provider")) for each in self.differences]
        lines += [f"{_where(each)}: left out: {each.reason}" for each in self.left_out]
        lines += [f"{_where(each)}: {each.reason}" for each in self.times]
        return [one_line(line) for line in [*lines, self._summary()]]

    def _summary(self) -> str:
        counted = [_count(len(self.scripts), "script"), f"{_count(self.steps, 'step')} compared"]
        counted.append(_count(len(self.differences), "difference"))
        if self.left_out:
            counted.append(f"{len(self.left_out)} left out")
        return ", ".join(counted)


def _line(difference: Difference, provider: str) -> str:
    _, _, place, what, theirs, ours = difference
    at = f"{what} {place}" if what == "header" else f"{place}: {what}" if place else what
    return f"{_where(difference)}: {at}: {provider} has {theirs}, the sandbox has {ours}"


def _where(each: Difference | LeftOut) -> str:
    return " > ".join(filter(None, (each.script, each.step)))


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
