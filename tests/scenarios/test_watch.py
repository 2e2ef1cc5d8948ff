"""`serve --watch`: scenario files are read anew when they change."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.scenario_watcher import Watch
from sandbox.server import Server, running
from sandbox.settings import Settings
from tests.kit import LAHZA, Box

_SCRIPT = """
title: Mine
parameters:
  times: {{default: {times}}}
script:
  - on: request
    times: "{{times}}"
    fail: {fail}
"""


class Watched:
    """A server whose folder of scenarios is looked at when a test says so."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.box = Box(server.url)
        self.said: list[str] = []
        self._folder = folder
        self._watch = Watch([folder], server.library, server.worlds, self.said.append)

    def write(self, text: str | None, name: str = "mine.yaml") -> list[str]:
        """Change a file, or remove it, and look; what has been said of it."""
        file = self._folder / name
        if text is None:
            file.unlink()
        else:
            file.write_text(text, "utf-8")
        return self.look()

    def look(self) -> list[str]:
        """Look; what has been said."""
        self.said.clear()
        self._watch.look()
        return self.said

    def status(self) -> int:
        return self.box.lahza.get("/refund").status_code


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """One with a scenario `mine` that answers 503 three times."""
    (tmp_path / "mine.yaml").write_text(_SCRIPT.format(times=3, fail="unavailable"), "utf-8")
    with running(Settings(port=0, scenarios=(tmp_path,))) as server:
        watched = Watched(server, tmp_path)
        yield watched
        watched.box.close()


def test_nothing_is_read_where_nothing_has_changed(watched: Watched) -> None:
    assert watched.write(_SCRIPT.format(times=3, fail="forbidden")) != []
    assert watched.look() == []


def test_a_scenario_that_is_on_goes_on_as_its_file_says_by_now(watched: Watched) -> None:
    """In every world, with the parameters it was given; the others' counts stay."""
    other = Box(f"{watched.box.url}/w/other")
    for each in (watched.box, other):
        each.on("mine", times=2)
    watched.box.on("rate-limited", times=1)
    assert [watched.status() for _ in range(4)] == [429, 503, 503, 200]

    assert watched.write(_SCRIPT.format(times=9, fail="forbidden")) == ["Read anew: mine.yaml"]
    assert [watched.status() for _ in range(3)] == [403, 403, 200]
    assert other.lahza.get("/refund").status_code == 403
    other.close()


def test_a_profile_of_weather_is_read_anew_too(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "weather").mkdir()
    body = {"seed": 0, "profile": "mine"}
    for n in (2, 3):
        profile = f"count: 1\ndraw: [{{scenario: mine, nth: {n}}}]\n"
        assert watched.write(profile, "weather/mine.yaml") == ["Read anew: mine.yaml"]
        [shown] = watched.box.admin.post("/weather", body).json()["disturbances"]
        assert shown["text"] == f"mine; nth={n}"
    [said] = watched.write("count: 1\ndraw: [{scenario: nime}]\n", "weather/mine.yaml")
    assert "weather/mine.yaml:2: draw[0].scenario: there is no scenario 'nime'" in said
    assert watched.box.admin.post("/weather", body).json()["disturbances"] == [shown]


def test_files_come_and_go(watched: Watched) -> None:
    new = "title: New\nscript:\n  - on: request\n    fail: forbidden\n"
    assert watched.write(new, "new.yml") == ["Read anew: new.yml"]
    watched.box.on("new")
    assert watched.status() == 403
    assert watched.write(None, "new.yml") == [
        "Read anew: new.yml (gone)",
        "Switched off in the world default: new: its file is gone",
    ]
    assert watched.status() == 200
    assert watched.box.admin.put("/scenarios/new").status_code == 404


def test_a_file_that_makes_no_sense_changes_nothing(watched: Watched, tmp_path: Path) -> None:
    watched.box.on("mine")
    [said] = watched.write("title: Mine\nscript:\n  - on: refund.aproved\n")
    assert said.startswith(f"Not read, so all stays as it was: {tmp_path}/mine.yaml:3: ")
    assert watched.status() == 503
    watched.write(_SCRIPT.format(times=3, fail="forbidden"))
    assert watched.status() == 403


def test_parameters_that_no_longer_fit_switch_it_off(watched: Watched) -> None:
    watched.box.on("mine", times=2)
    said = watched.write("title: Mine\nscript:\n  - on: request\n    fail: forbidden\n")
    assert said[1].startswith("Switched off in the world default: mine: parameters.times: ")
    assert watched.status() == 200


def test_one_of_a_callers_own_stays_and_so_do_those_in_a_snapshot(watched: Watched) -> None:
    script = [{"on": "request", "fail": "rate_limited"}]
    watched.box.admin.post("/scenarios", {"name": "ours", "title": "Ours", "script": script})
    watched.box.on("ours")
    watched.box.admin.put("/snapshots/before")
    watched.write(_SCRIPT.format(times=3, fail="forbidden"))
    assert watched.status() == 429
    watched.box.off("ours")
    watched.box.admin.post("/snapshots/before/restore")
    assert watched.status() == 429
    watched.box.off("ours")
    watched.box.on("mine")
    assert watched.status() == 403


def test_one_whose_file_is_gone_is_off_in_a_snapshot_too(watched: Watched) -> None:
    watched.box.on("mine")
    watched.box.admin.put("/snapshots/on")
    watched.write(None)
    watched.box.admin.post("/snapshots/on/restore")
    assert watched.status() == 200


def _status(url: str) -> int:
    return requests.get(f"{url}/refund", headers=LAHZA).status_code


@pytest.mark.slow
def test_the_command_tells_of_what_it_reads(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(_SCRIPT.format(times=3, fail="unavailable"), "utf-8")
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--watch"]
    process = subprocess.Popen(
        [*command, "--scenarios", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().split(" on ")[1].split()[0]
        requests.put(f"{url}/_sandbox/scenarios/mine").raise_for_status()
        (tmp_path / "mine.yaml").write_text(_SCRIPT.format(times=999, fail="forbidden"), "utf-8")
        while "Read anew" not in (line := process.stdout.readline()):
            assert line, "it ended"
        assert _status(url) == 403
        process.stdout.close()  # nobody listens any longer
        for fail, status in (("unavailable", 503), ("forbidden", 403)):
            (tmp_path / "mine.yaml").write_text(_SCRIPT.format(times=999, fail=fail), "utf-8")
            assert any(_status(url) == status for _ in range(5000)), f"not read: {fail}"
    finally:
        process.terminate()
        process.wait()
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, "--watch wants --scenarios" in ended.stderr) == (2, True)
