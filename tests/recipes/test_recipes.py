"""The pages of docs/recipes, followed as a reader would: their files saved, their command run."""

import hmac
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import pytest

import sandbox.lahza.webhooks
import sandbox.lean.webhooks
from sandbox.settings import Settings
from tests.browser.conftest import NAMES
from tests.examples.documents import RECIPES, TOP, blocks, is_of_file, links, page, rows, save
from tests.kit import serving
from tests.plugin.runs import WITHOUT, Run, passed, pytest_in, write
from tests.programs import find, require

pytestmark = pytest.mark.slow

HEADINGS = ["Set the base URL", "A refund", "A failure", "A webhook, its signature verified"]
BESIDE = Path(sys.prefix) / "beside" / "recipes" / "bin"
NODE_MODULES = Path(sys.prefix) / "npm" / "recipes" / "node_modules"
PATH = [str(Path(sys.executable).parent), str(NODE_MODULES / ".bin"), os.environ["PATH"]]
LEAN, LAHZA = sandbox.lean.webhooks, sandbox.lahza.webhooks


class Recipe(NamedTuple):
    """What a page wants, and what its command prints.

    Attributes:
        programs: without which it can't be followed.
        well: printed when all is well.
        wrong: printed when signatures are wrong.
        forgers: whose signatures are wrong, each time that it is followed so.
        beside: whether its programs stand in `.venv/beside/recipes`.
    """

    programs: tuple[str, ...]
    well: str
    wrong: str
    forgers: tuple[tuple[ModuleType, ...], ...] = ((LEAN, LAHZA),)
    beside: bool = False


FOLLOWED = {
    "requests": Recipe(("pytest",), "7 passed", "2 failed, 5 passed"),
    "httpx": Recipe(("pytest",), "7 passed", "2 failed, 5 passed"),
    "flask": Recipe(("pytest",), "7 passed", "4 failed, 3 passed"),
    "fastapi": Recipe(("pytest",), "7 passed", "3 failed, 4 passed"),
    "aiohttp": Recipe(("pytest",), "7 passed", "4 failed, 3 passed", beside=True),
    "django": Recipe(("pytest",), "10 passed", "7 failed, 3 passed", forgers=((LAHZA,),)),
    "celery": Recipe(("pytest",), "8 passed", "2 failed, 6 passed", beside=True),
    "playwright": Recipe(("pytest",), "5 passed", "", forgers=(), beside=True),  # dear: only once
    "node": Recipe(("node",), "(?s)pass 7.*fail 0", "(?s)pass 5.*fail 2"),
    "vitest": Recipe(("npx", "vitest"), "Tests +7 passed", r"Tests +2 failed \| 5 passed"),
    "curl": Recipe(
        ("bash", "curl", "jq", "openssl"),
        "(?s)Lean, webhook payment.updated: genuine.*Lahza, webhook refund.processed: genuine",
        "(?s)Lahza, refund 3500001: failed.*expected (sha512=)?[0-9a-f]+, got",
        forgers=((LEAN,), (LAHZA,)),  # it ends at the first one
    ),
    "postman": Recipe(("newman",), "assertions │ +14 │ +0 ", "assertions │ +14 │ +2 "),
    "locust": Recipe(
        ("locust",),
        "(?s)GET +/refund/{id} +20 +0.*WEBHOOK +lahza +80 +0.*WEBHOOK +lean +160 +0",
        r"WEBHOOK (lean|lahza): .*wrong.*\n.*WEBHOOK (?!\1)(lean|lahza): .*wrong",
        beside=True,
    ),
}

THIS_BROWSER = """
def pytest_generate_tests(metafunc):
    if "browser_type_launch_args" in metafunc.fixturenames:
        given = [{{"executable_path": {!r}}}]
        metafunc.parametrize("browser_type_launch_args", given, indirect=True, scope="session")
"""
"""A plugin for pytest-playwright's: the browser that is there, not one of Playwright's own."""


def follow(name: str, folder: Path, url: str, *, started: bool, **variables: str) -> Run:
    """Do as a page says, in an empty folder, with a sandbox that runs and nothing else.

    The pytest plugin starts a sandbox of its own, unless it, too, is to use the one `started`.
    """
    recipe = FOLLOWED[name]
    path, options = os.pathsep.join(PATH), [WITHOUT]
    if recipe.beside:
        path = os.pathsep.join([str(BESIDE), path])
        options += ["-p", "payments_sandbox"]
    for program in recipe.programs:
        if recipe.beside:
            require(BESIDE / program)
        else:
            find(program, path=path)
    text = page(f"docs/recipes/{name}.md")
    save(folder, text)
    if 'from "refund-sandbox' in text:  # what `npm install` would put there
        client = folder / "node_modules" / "refund-sandbox"
        shutil.copytree(TOP / "clients" / "node" / "src", client / "src")
        shutil.copy(TOP / "clients" / "node" / "package.json", client)
    for link in links(text):
        if "/" not in link and link.endswith(".json"):
            (folder / link).write_text(page(f"docs/recipes/{link}"), "utf-8")
    command = [block.text for block in blocks(text, "bash") if not is_of_file(block)][-1].strip()
    if command.startswith("newman"):
        command += f" --env-var sandbox_url={url}"
    if command.startswith("npx"):
        install(folder)
    if name == "playwright":
        write(folder, this_browser=THIS_BROWSER.format(find(*NAMES)))
        options += ["-p", "this_browser"]
    if started:
        options += [f"--payments-sandbox-url={url}"]
    environment = {"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8", "SANDBOX_URL": url}
    environment |= {"PYTEST_ADDOPTS": " ".join(options), "NO_COLOR": "1"}
    environment |= {"PYTHONPATH": os.pathsep.join([str(TOP), str(folder)])}
    environment |= {"npm_config_offline": "true"}
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    return Run(ended.returncode, ended.stdout + ended.stderr)


def install(folder: Path) -> None:
    """As npm would; by links, so that what is written in `node_modules` stays in the folder."""
    (folder / "node_modules").mkdir(exist_ok=True)
    for package in NODE_MODULES.iterdir():
        (folder / "node_modules" / package.name).symlink_to(package)


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_recipe_works_just_as_its_page_says(tmp_path: Path, name: str) -> None:
    with serving(Settings()) as box:
        run = follow(name, tmp_path, box.url, started=False)
    assert run.code == 0, run.out
    assert re.search(FOLLOWED[name].well, run.out), run.out


@pytest.mark.skipif(sys.platform != "linux", reason="wants a second address of this machine's")
def test_node_is_told_by_what_name_the_sandbox_reaches_it(tmp_path: Path) -> None:
    with serving(Settings()) as box:
        run = follow("node", tmp_path, box.url, started=False, APP_HOST="127.0.0.2")
    assert run.code == 0, run.out
    assert re.search(FOLLOWED["node"].well, run.out), run.out


@pytest.mark.parametrize(
    ("name", "forgers"),
    [(name, forgers) for name, recipe in FOLLOWED.items() for forgers in recipe.forgers],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_recipe_takes_no_webhook_whose_signature_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, forgers: tuple[ModuleType, ...]
) -> None:
    def new(key: bytes, *rest: Any) -> hmac.HMAC:
        return hmac.new(b"not " + key, *rest)

    for provider in forgers:
        monkeypatch.setattr(provider, "hmac", SimpleNamespace(new=new))
    with serving(Settings()) as box:
        run = follow(name, tmp_path, box.url, started=True)
    assert run.code == 1, run.out
    assert re.search(FOLLOWED[name].wrong, run.out), run.out


AGAIN = """
import pytest

def pytest_generate_tests(metafunc):
    metafunc.fixturenames.append("time")
    metafunc.parametrize("time", range({}), scope="session")

@pytest.fixture(autouse=True)
def no_view_fails(caplog):
    yield
    records = caplog.get_records("call")
    assert [each.getMessage() for each in records if each.levelname == "ERROR"] == []
"""
"""A plugin, given how often: all tests, then all again; a retry hides no lock of the database."""


@pytest.mark.parametrize("database", ["a file", "in memory"])
def test_the_live_server_of_django_passes_many_times_in_a_row(
    tmp_path: Path, database: str, repeats: int
) -> None:
    times = repeats if database == "a file" else 5
    save(tmp_path, page("docs/recipes/django.md"))
    write(tmp_path, again=AGAIN.format(times))
    if database == "in memory":  # as Django has it, unless told otherwise
        settings = tmp_path / "settings.py"
        text, count = re.subn(r'.*"TEST": .*\n', "", settings.read_text("utf-8"))
        assert count == 1
        settings.write_text(text, "utf-8")
    run = pytest_in(tmp_path, "-p", "again", "test_live_server.py")
    assert passed(run, 6 * times)


def test_each_page_is_followed_and_has_the_same_four_parts() -> None:
    assert {path.stem for path in RECIPES} == set(FOLLOWED)
    for path in RECIPES:
        assert re.findall("^## (.*)$", path.read_text("utf-8"), re.MULTILINE) == HEADINGS, path


def test_the_index_lists_each_page() -> None:
    listed = [(TOP / "docs" / link).resolve() for link in links(page("docs/recipes.md"))]
    assert sorted(path for path in listed if path.parent.name == "recipes") == RECIPES


def scripts(items: list[dict[str, Any]]) -> Iterator[str]:
    """The scripts of a Postman collection."""
    for item in items:
        yield from scripts(item.get("item", []))
        for event in item.get("event", []):
            yield "".join(line + "\n" for line in event["script"]["exec"])


def test_what_the_postman_page_shows_stands_in_the_files() -> None:
    text = page("docs/recipes/postman.md")
    collection = json.loads(page("docs/recipes/refund-sandbox.postman_collection.json"))
    shown = [block.text for block in blocks(text, "javascript")]
    assert shown
    assert set(shown) <= set(scripts(collection["item"]))

    environment = json.loads(page("docs/recipes/refund-sandbox.postman_environment.json"))
    table = {name: row for row in rows(text) for name in re.findall(r"`(\w+)`", row[0])}
    assert set(table) == {variable["key"] for variable in environment["values"]}
    for variable in environment["values"]:
        value = table[variable["key"]][1]
        assert value == "any do" or value.startswith(f"`{variable['value']}`"), variable
