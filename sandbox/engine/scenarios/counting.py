"""How often the steps of a scenario that is on have their turn."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from sandbox.engine.scenarios.steps import SetStep, Step

Kept: TypeAlias = Mapping[str, Iterable[tuple[int, int]]]
"""Counts as they are kept: by name, pairs of a step's number and its count."""


_NAMES = ("left", "passing", "acted")


class Counts:
    """Those of one activation, each by the number of its step.

    Attributes:
        left: how often a step with `times` still acts.
        passing: how many that a step with `skip` matches still pass.
        acted: how often a step with `skip` has acted.
    """

    def __init__(
        self, left: Mapping[int, int], passing: Mapping[int, int], acted: Mapping[int, int]
    ) -> None:
        self.left, self.passing, self.acted = dict(left), dict(passing), dict(acted)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> "Counts":
        """Those of steps that have not met anything yet."""
        counted = [(n, s) for n, s in enumerate(steps) if not isinstance(s, SetStep)]
        passing = {n: step.skip for n, step in counted if step.skip is not None}
        left = {n: step.times for n, step in counted if step.times is not None}
        return cls(left, passing, dict.fromkeys(passing, 0))

    @classmethod
    def read(cls, kept: Kept) -> "Counts":
        """Those that `items` has given; of a script without `skip`, `left` alone may be there."""
        return cls(*(dict(kept.get(name, ())) for name in _NAMES))

    def items(self) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        """All of them, to be kept."""
        for name in _NAMES:
            yield name, list(getattr(self, name).items())

    def copy(self) -> "Counts":
        """The same, to go on by themselves."""
        return Counts(self.left, self.passing, self.acted)

    def is_spent(self, n: int) -> bool:
        """Whether a step acts no more."""
        return self.left.get(n) == 0

    def meet(self, n: int, is_taken: bool) -> tuple[bool, bool]:
        """A step meets what it matches: whether it acts, and whether a count has changed.

        A step with `skip` counts all that it matches, so that the second is the second. Another
        counts what it acts on.

        Args:
            n: the step's number.
            is_taken: whether it can't act on this one, as another step does.
        """
        has_skip = n in self.passing
        if has_skip and self.passing[n]:
            self.passing[n] -= 1
            return False, True
        if is_taken and not has_skip:
            return False, False
        if n in self.left:
            self.left[n] -= 1
        if has_skip and not is_taken:
            self.acted[n] += 1
        return not is_taken, has_skip or n in self.left
