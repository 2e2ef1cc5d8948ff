"""A scenario with parameters, as it is switched on."""

from collections.abc import Mapping

from sandbox.engine.scenarios.steps import Scenario
from sandbox.engine.scenarios.vocabulary import Vocabulary
from sandbox.engine.time.clock import wall
from sandbox.engine.values.instants import iso


class Activation:
    """A scenario that is on: its steps with their parameters."""

    def __init__(
        self,
        scenario: Scenario,
        given: Mapping[str, object],
        vocabulary: Vocabulary,
        switched_on: str | None = None,
    ) -> None:
        """`switched_on` is when, by the machine's time; None: now."""
        from sandbox.engine.scenarios.compiler import compile_script  # (a start needs none)

        self.scenario = scenario
        self.given = given
        self.switched_on = switched_on or iso(wall())
        self.script = compile_script(scenario, given, vocabulary, switched_on=self.switched_on)
