"""The scenario files of a server, which all of its worlds share."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.engine.scenarios.files import read_scenarios
from sandbox.engine.scenarios.steps import Scenario
from sandbox.engine.scenarios.vocabulary import Vocabulary


class Library:
    """Scenarios by name, read when the first world asks: few starts need any."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """`folders`: one of the name in a later one takes an earlier one's place."""
        self.folders = folders
        self._lock = threading.Lock()
        self._scenarios: Mapping[str, Scenario] | None = None

    def scenarios(self, vocabulary: Vocabulary) -> Mapping[str, Scenario]:
        """All of them.

        Raises:
            BadFile: one of the files makes no sense.
        """
        with self._lock:
            if self._scenarios is None:
                self._scenarios = self._read(vocabulary)
            return self._scenarios

    def read_again(self, vocabulary: Vocabulary) -> Mapping[str, Scenario]:
        """All of them, from the files as they are now.

        Raises:
            BadFile: one of the files makes no sense; then all stays as it was.
        """
        scenarios = self._read(vocabulary)
        with self._lock:
            self._scenarios = scenarios
        return scenarios

    def _read(self, vocabulary: Vocabulary) -> Mapping[str, Scenario]:
        folders = self.folders
        return {n: s for folder in folders for n, s in read_scenarios(folder, vocabulary).items()}
