"""Draws weather of a seed: the same seed and profile draw the same, wherever and whenever.

Each choice is made by the BLAKE2b digest (32 bytes) of a text, read as a big-endian number, modulo
how many there are to choose from. The texts are `weather/7/count` (how many disturbances seed 7
draws), `weather/7/0/` (the scenario of the first of them, each counted as often as its weight),
`weather/7/0/nth` and `weather/7/0/<parameter>`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sandbox.engine.scenarios.vocabulary import Scalar
from sandbox.engine.scenarios.weather import Disturbance
from sandbox.engine.values.ids import random_of


class Span(NamedTuple):
    """Whole numbers, both ends included."""

    first: int
    last: int


Choice: TypeAlias = Span | Sequence[Scalar]
"""What a value may be drawn from."""


class Drawable(NamedTuple):
    """A scenario that may be drawn: how often beside others, on which, and with which parameters.

    Parameters that aren't named have their defaults.
    """

    scenario: str
    weight: int
    nth: Span
    parameters: Mapping[str, Choice]


@dataclass(frozen=True)
class Profile:
    """What weather may be: how many disturbances, and which."""

    name: str
    title: str
    about: str
    count: Span
    draw: Sequence[Drawable]


def draw(seed: int, profile: Profile) -> list[str]:
    """The texts of the disturbances that a seed draws. What is drawn again is left out."""
    count = int(_one(f"{seed}/count", profile.count))
    drawn = (_disturbance(f"{seed}/{n}/", profile) for n in range(count if profile.draw else 0))
    return list(dict.fromkeys(drawn))


def _disturbance(place: str, profile: Profile) -> str:
    weighted = [each for each in profile.draw for _ in range(each.weight)]
    chosen = random_of(f"weather/{place}").choice(weighted)
    parameters = {name: _one(place + name, of) for name, of in chosen.parameters.items()}
    return Disturbance(chosen.scenario, parameters, int(_one(place + "nth", chosen.nth))).text


def _one(place: str, of: Choice) -> Scalar:
    draws = random_of(f"weather/{place}")
    return draws.randrange(of.first, of.last + 1) if isinstance(of, Span) else draws.choice(of)
