"""A scenario with its parameters as one text: `name; parameter=value; …`."""

import re
from collections.abc import Mapping
from decimal import Decimal

from sandbox.engine.scenarios.steps import ScenarioError
from sandbox.engine.scenarios.vocabulary import Scalar


def read_text(text: str) -> tuple[str, dict[str, object]]:
    """The name, and the parameters that are given.

    Raises:
        ScenarioError: a part is no `parameter=value`, or one is given twice.
    """
    title, *pairs = (part.strip() for part in text.split(";"))
    given: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ScenarioError((), f"{pair!r} is not parameter=value")
        if (name := key.strip()) in given:
            raise ScenarioError((), f"{name} is given twice")
        given[name] = scalar_of(value.strip())
    return title, given


def write_text(name: str, given: Mapping[str, object]) -> str:
    """The text of a name and some parameters."""
    pairs = (
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, value in given.items()
    )
    return "; ".join([name, *pairs])


def scalar_of(text: str) -> Scalar:
    """What was typed: a number only where it is written as one, so that 007 stays a name."""
    if text in ("true", "false"):
        return text == "true"
    if len(text) < 20 and _NUMBER.fullmatch(text):
        return Decimal(text) if "." in text else int(text)
    return text


_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
