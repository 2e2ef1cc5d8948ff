"""Reading folders of scenario files."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.engine.reading.files import BadFile, in_folder, read_all
from sandbox.engine.reading.validation import listed
from sandbox.engine.scenarios.steps import Scenario, ScenarioError
from sandbox.engine.scenarios.vocabulary import Vocabulary

ENDINGS = (".yaml", ".yml")
WEATHER_FOLDER = "weather"
"""Of a folder with scenarios, the one that has profiles of weather."""


def read_scenarios(folder: Path, vocabulary: Vocabulary) -> dict[str, Scenario]:
    """The scenarios of a folder, one a file, named after the files.

    Raises:
        BadFile: one of them makes no sense.
    """
    from sandbox.engine.scenarios.compiler import load  # (a start needs none)

    scenarios: dict[str, Scenario] = {}
    for source in read_all(in_folder(folder, *ENDINGS)):
        try:
            scenario = load(source.content, vocabulary, name=source.file.stem)
        except ScenarioError as error:
            raise source.wrong(error.path, str(error)) from error
        if scenario.name in scenarios:
            raise BadFile(f"{source.file}: the name {scenario.name} is taken by another file")
        scenarios[scenario.name] = scenario
    return scenarios


def find(name: str, scenarios: Mapping[str, Scenario]) -> Scenario:
    """A scenario by name.

    Raises:
        KeyError: there is none; the text lists the valid names.
    """
    if name not in scenarios:
        raise KeyError(f"there is no scenario {name!r}; {listed(sorted(scenarios), name)}")
    return scenarios[name]
