"""docs/openapi-clients.md names what is locked."""

import json
import re

from tests.examples.documents import page, rows
from tests.generators.test_clients import GENERATORS, PAGE


def test_the_versions_on_the_page_are_those_that_are_locked() -> None:
    pins = re.findall(r"^([\w-]+)==(\S+)", page("requirements/generators.txt"), re.MULTILINE)
    locked = json.loads(page("tests/generators/package-lock.json"))
    versions = dict(pins) | {
        path.removeprefix("node_modules/"): said["version"]
        for path, said in locked["packages"].items()
        if path
    }
    table = {name: row[1] for row in rows(PAGE) for name in re.findall(r"^\[(\S+)\]", row[0])}
    assert table == {name: versions[name] for name in GENERATORS}
    assert f"openapi-fetch {versions['openapi-fetch']} " in PAGE
