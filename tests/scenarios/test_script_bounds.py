"""Scripts that are too much: refused with the field, by file, by body and by parameter alike."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.app import create_app
from sandbox.engine.reading.files import BadFile
from sandbox.settings import Settings
from tests.kit import Box
from tests.scenarios.calls import lahza, own

_MIB = 1024 * 1024


def _answers(body: object) -> dict[str, Any]:
    return {"on": "request", "respond": {"body": body}}


def _script(body: object, **parameters: Any) -> dict[str, Any]:
    given = {"parameters": parameters} if parameters else {}
    return {"name": "own", "title": "t", **given, "script": [_answers(body)]}


_AROUND = len('[{"on": "request", "respond": {"body": ""}}]')
_HALF = "x" * (_MIB // 2 - _AROUND)
_LONG = "v" * 2000


@pytest.mark.parametrize(
    ("fits", "does_not", "field", "said"),
    [
        (
            _script([1] * (20_000 - 14)),
            _script([1] * (20_000 - 13)),
            None,
            "more than 20000 values",
        ),
        (
            _script(_HALF, p={"default": 1, "one_of": [1]}),
            _script(_HALF, p={"default": 1, "one_of": [1, 2]}),
            "script",
            "once more for each in a one_of",
        ),
        (
            _script(["{p}"] * 524, p={"default": _LONG}),
            _script(["{p}"] * 525, p={"default": _LONG}),
            "script[0]",
            "more than 1048576 characters",
        ),
        (
            _script("{p}", p={"default": _LONG}),
            _script("{p}", p={"default": f"{_LONG}v"}),
            "parameters.p.default",
            "longer than 2000",
        ),
        (
            _script("{p0}", **{f"p{n}": {"default": n} for n in range(50)}),
            _script("{p0}", **{f"p{n}": {"default": n} for n in range(51)}),
            "parameters",
            "50",
        ),
    ],
    ids=["values", "variants", "put in", "a value", "parameters"],
)
def test_a_scenario_may_be_so_much_and_no_more(
    box: Box, fits: dict[str, Any], does_not: dict[str, Any], field: str | None, said: str
) -> None:
    assert box.admin.post("/scenarios", fits).status_code == 201
    answer = box.admin.post("/scenarios", does_not)
    problem = answer.json()
    assert (answer.status_code, problem.get("field")) == (400, field)
    assert said in problem["detail"]
    assert len(answer.content) < 1000


def test_what_is_put_in_counts_as_it_is_when_switched_on(box: Box) -> None:
    """A refused one is not switched on."""
    box.may_be_scripted(True)
    own(box, _answers("{p}" * 600), parameters={"p": {"default": "x"}})
    for given, field in ((_LONG, "script[0]"), (f"{_LONG}v", "parameters.p")):
        answer = box.admin.put("/scenarios/own", {"parameters": {"p": given}})
        assert (answer.status_code, answer.json()["field"]) == (400, field)
        answer = box.lahza.get("/refund", scenario=f"own; p={given}")
        assert answer.status_code == 400
    assert lahza(box)[:3] == "200"
    box.on("own", p="yz")
    assert box.lahza.get("/refund").text == "yz" * 600


def test_a_file_that_puts_too_much_in_names_the_step(tmp_path: Path) -> None:
    (tmp_path / "much.yaml").write_text(
        f"title: t\nparameters: {{p: {{default: {_LONG}}}}}\nscript:\n"
        f"- {{on: request, fail: forbidden}}\n"
        f"- {{on: request, respond: {{body: '{'{p}' * 525}'}}}}\n"
    )
    with pytest.raises(BadFile, match=r"much\.yaml:5: script\[1\]: its parameters come to more"):
        create_app(Settings(scenarios=(tmp_path,)))


def test_a_world_keeps_100_of_its_callers_own(box: Box) -> None:
    """One may still take another's place, and a reset takes all of them away."""
    script = {**_script("x"), "name": "s0"}
    codes = [
        box.admin.post("/scenarios", {**script, "name": f"s{n}"}).status_code for n in range(100)
    ]
    assert codes == [201] * 100
    refused = box.admin.post("/scenarios", {**script, "name": "more"})
    assert refused.status_code == 409
    assert "there are 100 scenarios of your own" in refused.json()["detail"]
    assert box.admin.post("/scenarios", script).status_code == 201
    box.admin.post("/reset", {})
    assert box.admin.post("/scenarios", {**script, "name": "more"}).status_code == 201
