"""The client for Node and the one for Python have the same words, and say the same."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import client as python
from sandbox.client import Sandbox, Webhook
from sandbox.client.scenarios import Scenario
from tests.kit import Box
from tests.node.conftest import nodes, output
from tests.receiver import Receiver

pytestmark = pytest.mark.slow

CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/refund", {}),
    ("post", "/refund", {"times": 2}),
    ("POST", "/refund", {"times": 1}),
    ("POST", "/refund", {"times": 0}),
    ("GET", "/refund/*", {"times": 1}),
    ("GET", "/refund/*", {"headers": {"Authorization": "Bearer x"}, "times": 0}),
    ("GET", "/payouts/refunds", {"headers": {"Authorization": "Bearer x"}, "times": 0}),
    ("POST", "/refund", {"headers": {"content-type": "application/json"}, "times": 2}),
    ("POST", "/refund", {"query": {"x": "1"}, "times": 1}),
    ("POST", "/refund", {"query": {"x": "2", "y": ""}, "status": 200}),
    ("POST", "/refund", {"json": {"amount": 2500}}),
    ("POST", "/refund", {"json": {"amount": 2500, "transaction": "fixture-success"}, "times": 1}),
    ("POST", "/refund", {"json": {"amount": "2500"}}),
    ("POST", "/refund", {"json": {"amount": True}}),
    ("POST", "/refund", {"json": {"currency": "ILS"}, "status": 200}),
    ("POST", "/refund", {"json": {"merchant_note": "x"}, "times": 0}),
    ("POST", "/payouts/refunds", {"json": [{"amount": 12.5}]}),
    ("POST", "/payouts/refunds", {"json": [{"amount": 12.5, "reason_code": None}, {}]}),
    ("POST", "/payouts/refunds", {"json": {"0": {"amount": 12.5}}}),
    ("POST", "/transaction/initialize", {"json": {"metadata": {"lines": [1, {"a": []}]}}}),
    ("POST", "/transaction/initialize", {"json": {"metadata": {"lines": [1, {"a": {}}]}}}),
    ("DELETE", "/nothing", {"times": 0}),
    ("PSOT", "/refund", {}),
    ("POST", "/w/other/refund", {}),
    ("POST", "/refund?x=1", {}),
    ("POST", "/refund", {"times": -1}),
]
"""Calls that a test may require, of those that `seen` makes."""

ABSENT = {
    "make_payment": "`pay` takes any values",
    "by": "`advance` takes it alone, first",
}
"""Words and parameters of the Python client that the one for Node lacks, and why."""


def camel(word: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), word)


@pytest.fixture
def seen(box: Box, receiver: Receiver) -> Box:
    """A sandbox that has seen a few things of each kind."""
    with Sandbox(box.url) as sandbox:
        sandbox.webhooks.send_to("lahza", receiver.url)
        sandbox.scenarios.on("refund-fails", transaction="order-1")
    box.lahza.post("/refund?x=1", {"transaction": "fixture-success", "amount": 2600})
    box.lahza.post("/refund", {"transaction": "fixture-failed", "amount": 2500})
    box.lahza.post("/refund", {"amount": 7, "merchant_note": "x" * 70_000})
    page: dict[str, Any] = {"amount": 15050, "email": "payer@example.com"}
    page["metadata"] = {"lines": [1, {"a": []}], "note": "“&” <é>"}
    data = box.lahza.post("/transaction/initialize", page).json()["data"]
    box.anyone.get(f"/checkout/{data['access_code']}")
    for _ in range(3):
        box.lahza.get("/refund/3500000", scenario="provider-down")
    box.lean_refund(box.payment(), 12.5)
    box.lean.get("/payouts/refunds/none")
    box.advance("3d")
    return box


@pytest.fixture
def of_node(seen: Box, project: Path) -> dict[str, Any]:
    """What the client for Node has and says; no proxy of the environment's is in its way."""
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "NODE_USE_ENV_PROXY": "1"}
    arguments = ("compare.mjs", seen.url, json.dumps(CALLS))
    return dict(json.loads(output(nodes()[0], *arguments, cwd=project, **proxy)))


def parts(sandbox: Sandbox) -> Iterator[tuple[str, Any]]:
    for name, part in vars(sandbox).items():
        if not name.startswith("_") and not isinstance(part, str) and name != "refunds":
            yield name, part
    yield "sandbox", sandbox
    yield "provider", sandbox.provider("third")
    yield "scenario", sandbox.scenarios.get("over-refund")
    yield "webhook", Webhook("lahza", "refund.pending", "1", {}, b"{}")


def test_each_word_of_the_one_is_a_word_of_the_other(of_node: dict[str, Any], seen: Box) -> None:
    assert {*python.__all__, "ExpectationFailed", "Scenario"} == set(of_node["module"])
    with Sandbox(seen.url) as sandbox:
        for name, part in parts(sandbox):
            words = {word for word in dir(part) if not word.startswith("_")}
            words -= set(dir(dict if isinstance(part, Scenario) else tuple))
            missing = {word for word in words if camel(word) not in of_node["words"][name]}
            assert missing <= set(ABSENT), name


def test_each_parameter_of_the_one_is_one_of_the_other(modules: Path, seen: Box) -> None:
    folder = modules / "refund-sandbox" / "types"

    def types_of(*names: str) -> str:
        text = "".join((folder / f"{name}.d.ts").read_text("utf-8") for name in names)
        return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)

    with Sandbox(seen.url) as sandbox:
        for _, part in parts(sandbox):
            kind = type(part)
            module = kind.__module__.rpartition(".")[2]
            types = types_of("moments", "connection", module)
            for word, method in inspect.getmembers(kind, inspect.isfunction):
                if word.startswith("_") or word in ABSENT:
                    continue
                for name in list(inspect.signature(method).parameters)[1:]:
                    is_there = re.search(rf"\b{camel(name)}\b", types)
                    assert is_there or name in ABSENT, f"{module}.{word}({name})"


def plain(text: str) -> str:
    """A value is shown as its language has it; take the marks away in which they differ."""
    text = re.sub(r"'(\w+)': ", r"\1: ", text)
    for one, other in (("None", "null"), ("True", "true"), ("False", "false"), ("={", ": {")):
        text = text.replace(one, other)
    return re.sub(r"([\[{]) | ([\]}])", r"\1\2", text)


def test_both_find_the_same_calls_and_say_the_same_of_those_that_differ(
    of_node: dict[str, Any], seen: Box
) -> None:
    with Sandbox(seen.url) as sandbox:
        for (method, path, held), theirs in zip(CALLS, of_node["outcomes"], strict=True):
            try:
                found = sandbox.requests.assert_called(method, path, **held)
                ours: Any = [entry["id"] for entry in found]
            except (AssertionError, ValueError) as error:
                ours = plain(str(error))
                theirs = plain(theirs) if isinstance(theirs, str) else theirs
            assert theirs == ours, (method, path, held)


def test_both_tell_the_same(of_node: dict[str, Any], seen: Box) -> None:
    with Sandbox(seen.url) as sandbox:
        requests, webhooks = sandbox.requests, sandbox.webhooks
        told = [requests.told(), requests.told(2), webhooks.told(), webhooks.told(2)]
        assert of_node["told"] == [*told, sandbox.scenarios.told()]
    assert "a page: Pay ILS 150.50 – Sandbox" in told[0]
    assert " characters)" in told[0]
