"""Files that are too much, or no files: refused in one line, at the start and by `--watch`."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.app import create_app
from sandbox.engine.reading.files import MOST_BYTES, MOST_FILES, BadFile
from sandbox.engine.reading.limits import MOST_DEPTH, MOST_VALUES
from sandbox.scenario_watcher import Watch
from sandbox.server import running
from sandbox.settings import BadSetting, Settings, from_environment
from tests.kit import Box, serving

_GOOD = "title: t\nscript: [{on: request, fail: rate_limited}]\n"
_BODY = "title: t\nscript:\n- on: request\n  respond:\n    body: "
"""What follows stands on line 5, four deep; it may go on with more lines."""
_HERE = 5


def _nested(depth: int, opening: str, closing: str = "") -> str:
    """A body that is nested so deep, counted from the file's top."""
    return _BODY + opening * (depth - 4) + closing * (depth - 4) + "\n"


def _valued(count: int) -> str:
    """A scenario of so many values; twelve stand outside of its list."""
    return _BODY + "[" + "1," * (count - 12) + "]\n"


TEXTS: list[tuple[str, int, str]] = [
    (_nested(MOST_DEPTH + 1, "[", "]"), _HERE, "nested deeper than 50"),
    (_nested(MOST_DEPTH + 1, "{a: ", "}"), _HERE, "nested deeper than 50"),
    (_BODY + "\n    " + "- " * (MOST_DEPTH - 3) + "x\n", _HERE + 1, "nested deeper than 50"),
    (_BODY + "\n      " + "? " * (MOST_DEPTH - 3) + "x\n", _HERE + 1, "nested deeper than 50"),
    (_valued(MOST_VALUES + 1), _HERE, "more than 20000 values"),
    (_BODY + "[&a x, *a]\n", _HERE, "aliases (*a) are not supported"),
    (_BODY + "&a {<<: *a}\n", _HERE, "aliases (*a) are not supported"),
    (_BODY + "!!set {a, b}\n", _HERE, "tags (!!set) are not supported"),
    (_BODY + "!!timestamp x\n", _HERE, "tags (!!timestamp) are not supported"),
    (_BODY + "!!bool maybe\n", _HERE, "tags (!!bool) are not supported"),
    (f"%TAG !a! b\n---\n{_GOOD}", 1, "tags (%TAG) are not supported"),
    (f"{_GOOD}---\n{_GOOD}", 3, "a second document"),
    (_BODY + "1" * 31 + "\n", _HERE, "more than 30 characters"),
    (_BODY + "1" + ":1" * 15 + "\n", _HERE, "more than 30 characters"),
    (_BODY + "1." + "1" * 29 + "\n", _HERE, "more than 30 characters"),
    (_BODY + "1.0e+301\n", _HERE, "beyond 1e300"),
    (_BODY + "0x_\n", _HERE, "not a number"),
    (_BODY + "{[a]: 1}\n", _HERE, "a key must be a text"),
    (_BODY + '{"a\\nb": 1, "a\\nb": 2}\n', _HERE, "a\\nb stands here twice"),
    (_BODY + '"a\0b"\n', _HERE, "U+0000 is not allowed"),
    (_BODY + '"\udcff"\n', _HERE, "not UTF-8"),
    (_GOOD + f"? {'k' * 5000}\n: 1\n", 3, " … "),
]


@pytest.mark.parametrize(("text", "line", "said"), TEXTS, ids=range(len(TEXTS)))
def test_a_file_that_is_too_much_is_refused_in_a_line_that_names_the_place(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    """At the start; and where a server runs, it goes on with what it had."""
    (tmp_path / "good.yaml").write_text(_GOOD)
    with running(Settings(port=0, scenarios=(tmp_path,))) as server:
        told: list[str] = []
        watch = Watch([tmp_path], server.library, server.worlds, told.append)
        bad = tmp_path / "bad.yaml"
        bad.write_bytes(text.encode("utf-8", "surrogateescape"))
        watch.look()
        box = Box(server.url)
        box.on("good")
        assert box.lahza.get("/refund").status_code == 429
        box.close()

    with pytest.raises(BadFile) as caught:
        create_app(Settings(scenarios=(tmp_path,)))

    refused = str(caught.value)
    assert told == [f"Not read, so all stays as it was: {refused}"]
    assert refused.startswith(f"{bad}:{line}: ")
    assert said in refused
    assert refused.isprintable()
    assert len(refused) < 5000


@pytest.mark.parametrize(
    "text",
    [
        _nested(MOST_DEPTH, "[", "]"),
        _valued(MOST_VALUES),
        _BODY + "1" * 30 + "\n",
        _BODY + "1.0e+300\n",
        _BODY + "!!str 1\n",
        "\ufeff" + _GOOD,
        _GOOD + "#" * (MOST_BYTES - len(_GOOD)),
    ],
    ids=range(7),
)
def test_a_file_may_be_as_large_as_the_bounds(tmp_path: Path, text: str) -> None:
    (tmp_path / "large.yaml").write_text(text, "utf-8")
    create_app(Settings(scenarios=(tmp_path,)))


def test_a_file_of_a_byte_too_many_is_refused(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_text(_GOOD + "#" * (MOST_BYTES - len(_GOOD) + 1))
    with pytest.raises(BadFile, match=r"large\.yaml: larger than 1048576 bytes"):
        create_app(Settings(scenarios=(tmp_path,)))


def _folder(file: Path) -> None:
    file.mkdir()


def _pipe(file: Path) -> None:
    os.mkfifo(file)


def _socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(os.path.relpath(file))


def _device(file: Path) -> None:
    file.symlink_to("/dev/null")


def _dangling(file: Path) -> None:
    file.symlink_to("nowhere.yaml")


def _circle(file: Path) -> None:
    file.symlink_to(file)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_folder, "not a regular file"),
        (_pipe, "not a regular file"),
        (_socket, "not a regular file"),
        (_device, "not a regular file"),
        (_dangling, "can't be read: No such file or directory"),
        (_circle, "can't be read: Too many levels of symbolic links"),
    ],
)
def test_what_is_no_file_is_refused_without_waiting_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "mine"
    folder.mkdir()
    with running(Settings(port=0, scenarios=(folder,))) as server:
        told: list[str] = []
        watch = Watch([folder], server.library, server.worlds, told.append)
        make(folder / "odd.yaml")
        watch.look()
        watch.look()
    assert told == [f"Not read, so all stays as it was: {folder}/odd.yaml: {said}"]

    for settings in (
        Settings(scenarios=(folder,)),
        Settings(fixtures=(folder / "odd.yaml",)),
    ):
        if make is _folder and settings.fixtures:
            continue  # a folder of fixtures
        with pytest.raises(BadFile) as caught:
            create_app(settings)
        assert str(caught.value) == f"{folder}/odd.yaml: {said}"


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text(_GOOD)
    (tmp_path / "linked.yaml").symlink_to("there.txt")
    with serving(Settings(scenarios=(tmp_path,))) as box:
        assert box.admin.get("/scenarios/linked").status_code == 200


def test_a_folder_holds_so_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(MOST_FILES + 1):
        (tmp_path / f"s{n:04}.yaml").write_text(_GOOD if n in (0, MOST_FILES) else "")
    (tmp_path / "s0001.yaml").write_text("title: [")
    with pytest.raises(BadFile, match=r"s0001\.yaml:"):
        create_app(Settings(scenarios=(tmp_path,)))
    for n in range(1, MOST_FILES):
        (tmp_path / f"s{n:04}.yaml").write_text(_GOOD)
    with pytest.raises(BadFile, match="more than 1000 files"):
        create_app(Settings(scenarios=(tmp_path,)))
    (tmp_path / "s1000.yaml").unlink()
    monkeypatch.setattr("sandbox.engine.reading.files.MOST_BYTES_IN_ALL", 1000 * len(_GOOD) - 1)
    with pytest.raises(BadFile, match="bytes in its files"):
        create_app(Settings(scenarios=(tmp_path,)))
    monkeypatch.setattr("sandbox.engine.reading.files.MOST_BYTES_IN_ALL", 1000 * len(_GOOD))
    create_app(Settings(scenarios=(tmp_path,)))


def test_a_folder_that_goes_while_it_is_watched_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "good.yaml").write_text(_GOOD)
    with running(Settings(port=0, scenarios=(folder,))) as server:
        told: list[str] = []
        watch = Watch([folder], server.library, server.worlds, told.append)
        folder.rename(tmp_path / "away")
        watch.look()
        assert told == [f"Not read, so all stays as it was: {folder}: there is no such folder"]
        (tmp_path / "away").rename(folder)
        watch.look()
        assert told[1:] == ["Read anew: good.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_the_command_ends_with_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0"]
    ended = subprocess.run(
        [*command, "--scenarios", str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    said = f"Error: {tmp_path}/pipe.yaml: not a regular file\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", said)


_PAYMENT = '{"lean": {"payments": {\n  "p": {"id": "0b5b1c2e-7b1f-4c39-9f0e-6f4f1a2b3c07", %s}}}}'


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"about": ' + "[" * 47 + "]" * 47, ":2: nested deeper than 50"),
        ('"about": [' + "1," * MOST_VALUES + "1]", ":2: more than 20000 values"),
        ('"amount": 1' + "0" * 30, ":2: a number of more than 30 characters"),
        ('"amount": 1.0e+301', ":2: a number beyond 1e300"),
        ('"amount": NaN', ":2: lean.payments.p.amount: "),
        ('"about": "\\ud800"', ":2: found invalid Unicode"),
        ('"about": "a\n', ":"),
        ('"about\\u0000": 1', ":2: lean.payments.p.about\\x00: there is no such key"),
    ],
    ids=range(8),
)
@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_a_fixture_file_that_is_too_much_is_refused_in_the_same_way(
    tmp_path: Path, ending: str, value: str, said: str
) -> None:
    file = tmp_path / f"mine.{ending}"
    file.write_text(_PAYMENT % value)
    with pytest.raises(BadFile) as caught:
        create_app(Settings(fixtures=(file,)))
    assert str(caught.value).startswith(f"{file}{said}")
    assert str(caught.value).isprintable()


def test_json_that_is_no_yaml_is_refused_too(tmp_path: Path) -> None:
    """A key of YAML is not as long, so the line is not known."""
    (tmp_path / "mine.json").write_text(_PAYMENT % f'"{"k" * 1025}": 1')
    with pytest.raises(BadFile, match=r"mine\.json:1: lean\.payments\.p\.kkk"):
        create_app(Settings(fixtures=(tmp_path / "mine.json",)))


def test_a_key_is_a_text_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "keys.yaml").write_text(_BODY + "{1.50: a, 007: b, true: c, ~: d, <<: e}\n")
    with serving(Settings(scenarios=(tmp_path,))) as box:
        box.may_be_scripted(True)
        box.on("keys")
        answer = box.lahza.get("/refund")
    assert answer.json() == {"1.50": "a", "007": "b", "true": "c", "~": "d", "<<": "e"}


def test_settings_that_are_nested_too_deep_are_refused() -> None:
    with pytest.raises(BadSetting, match="SANDBOX_SETTINGS must be JSON"):
        from_environment({"SANDBOX_SETTINGS": "[" * 1500 + "]" * 1500})
