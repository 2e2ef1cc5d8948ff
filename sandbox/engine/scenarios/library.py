"""The files of scenarios and of weather of a server, which all of its worlds share."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.engine.scenarios.files import read_scenarios
from sandbox.engine.scenarios.steps import Scenario
from sandbox.engine.scenarios.vocabulary import Vocabulary

if TYPE_CHECKING:
    from sandbox.engine.scenarios.drawing import Profile


class Library:
    """Scenarios and profiles by name, read when the first world asks: few starts need any."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """`folders`: one of the name in a later one takes an earlier one's place."""
        self.folders = folders
        self._lock = threading.Lock()
        self._scenarios: list[Mapping[str, Scenario]] = []
        """Of the first folder, of the first two, …"""
        self._profiles: Mapping[str, Profile] | None = None

    def scenarios(self, vocabulary: Vocabulary) -> Mapping[str, Scenario]:
        """All of them.

        Raises:
            BadFile: one of the files makes no sense.
        """
        with self._lock:
            if not self._scenarios:
                self._scenarios = self._read(vocabulary)
            return self._scenarios[-1]

    def profiles(self, vocabulary: Vocabulary) -> Mapping[str, Profile]:
        """All profiles of weather.

        Raises:
            BadFile: one of the files makes no sense.
        """
        self.scenarios(vocabulary)
        with self._lock:
            if self._profiles is None:
                self._profiles = self._read_profiles(self._scenarios, vocabulary)
            return self._profiles

    def read_again(self, vocabulary: Vocabulary) -> None:
        """Read the files as they are now.

        Raises:
            BadFile: one of the files makes no sense; then all stays as it was.
        """
        scenarios = self._read(vocabulary)
        profiles = self._read_profiles(scenarios, vocabulary)
        with self._lock:
            self._scenarios, self._profiles = scenarios, profiles

    def _read(self, vocabulary: Vocabulary) -> list[Mapping[str, Scenario]]:
        found: list[Mapping[str, Scenario]] = []
        for folder in self.folders:
            found.append({**(found[-1] if found else {}), **read_scenarios(folder, vocabulary)})
        return found

    def _read_profiles(
        self, scenarios: Sequence[Mapping[str, Scenario]], vocabulary: Vocabulary
    ) -> Mapping[str, Profile]:
        """Those of a folder are about its scenarios and earlier ones, whoever replaces those."""
        from sandbox.engine.scenarios.profiles import read_profiles  # (a start needs none)

        profiles: dict[str, Profile] = {}
        for folder, known in zip(self.folders, scenarios, strict=True):
            profiles |= read_profiles(folder, known, vocabulary)
        return profiles
