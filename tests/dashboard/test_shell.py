"""What all pages of the dashboard have: who may come in, in which world, in which language."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import sandbox
from sandbox.app import create_app
from sandbox.settings import Settings
from tests.dashboard.visiting import HOME, Visitor
from tests.kit import Box

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


@pytest.mark.parametrize("accept", [FIREFOX, CHROMIUM])
def test_a_browser_that_comes_to_the_address_is_led_to_the_dashboard(box: Box, accept: str) -> None:
    led = requests.get(box.url, headers={"Accept": accept})

    assert led.url.startswith(f"{box.url}{HOME}/")
    assert led.status_code == 200
    assert "Refund sandbox" in requests.get(box.url).text
    assert not requests.get(box.url).history


def test_a_form_counts_only_with_the_token_of_the_page(visitor: Visitor) -> None:
    path = f"{visitor.url}{HOME}/world/time"
    visitor.send("world/time", move="freeze")
    before = visitor.see("world/time")
    for token in ({}, {"token": ""}, {"token": "0" * 64}, {"token": "ä"}):
        refused = visitor.session.post(path, {"move": "day", **token})
        assert refused.status_code == 403
        assert "Nothing was done" in refused.text
    assert requests.post(path, {"move": "day"}).status_code == 403

    assert now_of(visitor.see("world/time")) == now_of(before)


def now_of(page: str) -> str:
    match = re.search(r'World time <time datetime="([^"]*)"', page)
    assert match is not None
    return match[1]


def test_each_world_has_a_dashboard_of_its_own(box: Box, visitor: Visitor) -> None:
    other = Visitor(f"{box.url}/w/other")
    other.send("world/time", move="day")
    led = visitor.send("choose", world="other", to="world/time")

    assert led.url == f"{box.url}/w/other{HOME}/world/time"
    assert now_of(led.text) > now_of(visitor.see("world/time"))
    assert '<option value="other">' in visitor.see("world/time")
    assert visitor.send("choose", world="no name!").status_code == 400


def test_a_page_speaks_the_language_that_was_chosen(visitor: Visitor) -> None:
    arabic = requests.get(f"{visitor.url}{HOME}", headers={"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl">' in arabic.text
    assert '<html lang="en" dir="ltr">' in visitor.see()
    chosen = visitor.send("choose", language="ar", to="world/time").text

    assert '<html lang="ar" dir="rtl">' in chosen
    assert "الوقت" in chosen


def test_where_a_form_leads_is_a_page_of_the_dashboard(visitor: Visitor) -> None:
    for to in ("//evil.example", "https://evil.example", "..//evil.example", "x?y", "a\\b"):
        led = visitor.send("choose", to=to)
        assert led.url.startswith(f"{visitor.url}{HOME}"), to


def test_what_is_no_page_is_said_to_be_none(visitor: Visitor) -> None:
    for path in ("nothing", "world/nothing", "world/time/nothing", "static/x", "static/../x"):
        answer = visitor.get(path)
        assert answer.status_code == 404, path
        assert "Python" not in answer.text


@pytest.mark.parametrize("name", ["dashboard.css", "dashboard.js"])
def test_its_files_are_kept_by_browsers(visitor: Visitor, name: str) -> None:
    answer = visitor.get(f"static/{name}")

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_all_that_it_says_is_there_in_arabic() -> None:
    desk = create_app(Settings()).extensions["sandbox.dashboard"].desk
    folder = Path(sandbox.__file__).parent
    sources = [path for path in folder.rglob("*.*") if path.suffix in (".py", ".html")]
    said = {
        text
        for path in sources
        if "dashboard" in str(path.relative_to(folder))
        for text in re.findall(r"""(?:\b_|\.text)\(\s*"([^"]+)\"""", path.read_text())
    }
    said |= {titled.title for part in desk.parts for titled in (part, *part.tabs)}

    assert len(said) > 20
    assert said - desk.arabic.keys() == set()


def test_the_pictures_in_the_documents_are_small_and_all_of_them_are_shown() -> None:
    folder = Path(__file__).parents[2] / "docs"
    shown = set(re.findall(r"\]\(images/([\w-]+\.png)\)", (folder / "dashboard.md").read_text()))
    sizes = {path.name: path.stat().st_size for path in (folder / "images").iterdir()}

    assert shown == sizes.keys()
    assert max(sizes.values()) < 60_000


def test_a_start_loads_no_page() -> None:
    script = (
        "import sys; from sandbox.app import create_app; from sandbox.settings import Settings;"
        "create_app(Settings()); print(*(name for name in sys.modules if 'dashboard' in name))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    at_the_start = {"sandbox.dashboard", "sandbox.dashboard.routes", "sandbox.dashboard.sessions"}

    assert set(ended.stdout.split()) == at_the_start
