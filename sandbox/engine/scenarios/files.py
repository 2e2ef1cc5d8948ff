"""Reading folders of scenario files."""

from pathlib import Path

from sandbox.engine.files import BadFile, read, wrong
from sandbox.engine.scenarios.script import Scenario, ScenarioError, Vocabulary


def read_scenarios(folder: Path, vocabulary: Vocabulary) -> dict[str, Scenario]:
    """The scenarios of a folder, one a file, named after the files.

    Raises:
        BadFile: one of them makes no sense.
    """
    from sandbox.engine.scenarios.language import load  # (a start needs none)

    if not folder.is_dir():
        raise BadFile(f"{folder}: there is no such folder")
    scenarios: dict[str, Scenario] = {}
    for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            scenario = load(read(file), vocabulary, name=file.stem)
        except ScenarioError as error:
            raise wrong(file, error.path, str(error)) from error
        if scenario.name in scenarios:
            raise BadFile(f"{file}: the name {scenario.name} is taken by another file")
        scenarios[scenario.name] = scenario
    return scenarios
