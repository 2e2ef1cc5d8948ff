"""Two sandboxes, one of which answers otherwise in planted ways: each is found, no other."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.app import PROVIDERS, data_folder
from sandbox.client import Sandbox
from sandbox.compare.json_nodes import parse
from sandbox.compare.redaction import Redactor
from sandbox.compare.running import Seen, run
from sandbox.compare.scripts import Script, read_scripts
from sandbox.compare.shapes import Difference, differences
from sandbox.compare.sides import Answer, mode_of
from sandbox.engine.reading.files import BadFile
from tests.compare.altered import Alter, Altered, altered, side
from tests.conftest import NOW
from tests.kit import Box, frozen, serving

NAMES = [provider.name for provider in PROVIDERS]
MODES = {provider.name: mode_of(provider) for provider in PROVIDERS}
NEEDED = {
    "payment_id": "1ea00000-0000-4000-a000-000000000001",
    "account_id": "2652e3ac-3f34-48c2-b1ae-ed81e30c6601",
}
SCRIPTS = read_scripts([data_folder("comparisons")], NAMES)


@pytest.fixture
def other() -> Iterator[Altered]:
    """The second sandbox, behind what alters its answers."""
    with serving(frozen(NOW)) as behind, altered(behind.url) as made:
        yield made


def compared(box: Box, other: Altered, script: Script) -> list[Seen]:
    mode = MODES[script.provider]
    said = {**NEEDED, "unique": "abc123", "today": "2026-05-13"}
    with Sandbox(box.url) as one, Sandbox(other.behind) as two:
        ours, theirs = side("sandbox", box.url, one, mode), side("provider", other.url, two, mode)
        said["transaction"] = str(one.fixtures["lahza"]["transactions"]["success"]["id"])
        ours.values |= said
        theirs.values |= said
        return list(run(script, ours, theirs, mode, Redactor((), ())))


def found(seen: list[Seen]) -> list[tuple[str, Difference]]:
    return [(each.step.name, difference) for each in seen for difference in each.differences]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_two_sandboxes_that_are_the_same_do_not_differ(
    box: Box, other: Altered, script: Script
) -> None:
    seen = compared(box, other, script)

    assert found(seen) == []
    assert [each.skipped for each in seen if each.skipped] == []


def script(tmp_path: Path, text: str) -> Script:
    file = tmp_path / "planted.yaml"
    file.write_text(text)
    (made,) = read_scripts([file], NAMES)
    return made


REFUND = """
provider: lean
title: A refund
needs: {payment_id: {about: one, sandbox: lean.payments.reconciled}}
steps:
  - name: create
    method: POST
    path: /payouts/refunds
    json:
      - payment_id: "{payment_id}"
        amount: 35
        reason_code: DUPLICATED_PAYMENT
        status: APPROVED
    save: {refund: 0.refund_id}
    equal: [0.reason_code]
  - name: refuse
    method: POST
    path: /payouts/refunds
    json: [{payment_id: "{payment_id}", amount: 0, reason_code: DUPLICATED_PAYMENT}]
  - name: arrive
    path: /payouts/refunds/{refund}
    await: {path: status, becomes: [ACCEPTED_BY_BANK], within: 10m, every: 1m}
"""
CREATED = "refund_id, payment_id, status, amount, currency, reason_code"


def changed(answer: Answer, body: Any) -> Answer:
    return answer._replace(body=json.dumps(body, ensure_ascii=False).encode())


def reordered(path: str, answer: Answer) -> Answer:
    if answer.status != 201:
        return answer
    (row,) = json.loads(answer.body)
    return changed(answer, [{"amount": row.pop("amount"), **row}])


def without_a_null(path: str, answer: Answer) -> Answer:
    if answer.status != 201:
        return answer
    (row,) = json.loads(answer.body)
    del row["external_reference"]
    return changed(answer, [row])


def with_zeros(path: str, answer: Answer) -> Answer:
    return answer._replace(body=answer.body.replace(b'"amount":35,', b'"amount":35.0,'))


def as_text(path: str, answer: Answer) -> Answer:
    return answer._replace(body=answer.body.replace(b'"amount":35,', b'"amount":"35",'))


def another_status(path: str, answer: Answer) -> Answer:
    return answer._replace(status=200) if answer.status == 201 else answer


def another_header(path: str, answer: Answer) -> Answer:
    kept = [(n, v) for n, v in answer.headers if n.lower() != "lean-trace-id"]
    return answer._replace(headers=(*kept, ("X-Trace", "1"))) if answer.status == 201 else answer


def another_word(path: str, answer: Answer) -> Answer:
    return answer._replace(body=answer.body.replace(b"INVALID_AMOUNT", b"BAD_AMOUNT"))


def another_value(path: str, answer: Answer) -> Answer:
    if answer.status != 201:
        return answer
    return answer._replace(body=answer.body.replace(b"DUPLICATED_PAYMENT", b"FRAUDULENT_PAYMENT"))


def never_there(path: str, answer: Answer) -> Answer:
    return answer._replace(body=answer.body.replace(b"ACCEPTED_BY_BANK", b"PENDING_WITH_BANK"))


@pytest.mark.parametrize(
    ("alter", "planted"),
    [
        (
            reordered,
            [
                (
                    "create",
                    "order",
                    "[]",
                    f"{CREATED}, ",
                    f"amount, {CREATED.replace('amount, ', '')}",
                )
            ],
        ),
        (without_a_null, [("create", "key", "[].external_reference", "null", "left out")]),
        (
            with_zeros,
            [
                ("create", "number", "[].amount", "plain", "needless zeros"),
                ("arrive", "number", "amount", "plain", "needless zeros"),
            ],
        ),
        (
            as_text,
            [
                ("create", "type", "[].amount", "number", "string"),
                ("arrive", "type", "amount", "number", "string"),
            ],
        ),
        (another_status, [("create", "status", "", "201", "200")]),
        (
            another_header,
            [
                ("create", "header", "lean-trace-id", "lean-trace-id", "left out"),
                ("create", "header", "x-trace", "left out", "x-trace"),
            ],
        ),
        (another_word, [("refuse", "word", "status", "INVALID_AMOUNT", "BAD_AMOUNT")]),
        (
            another_value,
            [("create", "value", "0.reason_code", "DUPLICATED_PAYMENT", "FRAUDULENT_PAYMENT")],
        ),
        (
            never_there,
            [
                (
                    "arrive",
                    "state",
                    "status",
                    "APPROVED → PENDING_WITH_BANK → ACCEPTED_BY_BANK",
                    "APPROVED → PENDING_WITH_BANK, and no further within 10m",
                )
            ],
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_was_planted_is_found_and_nothing_else(
    box: Box, other: Altered, tmp_path: Path, alter: Alter, planted: list[tuple[str, ...]]
) -> None:
    other.alter = alter
    told = found(compared(box, other, script(tmp_path, REFUND)))

    assert [(name, each.kind, each.place) for name, each in told] == [row[:3] for row in planted]
    for (_, each), (*_, ours, theirs) in zip(told, planted, strict=True):
        assert each.sandbox.startswith(ours)
        assert each.provider.startswith(theirs)


def test_what_follows_from_a_difference_is_left_out_and_said_to_be(
    box: Box, other: Altered, tmp_path: Path
) -> None:
    """Where nothing was made, nothing can be asked for."""
    other.alter = lambda _, answer: (
        Answer(500, answer.headers, b"{}") if answer.status == 201 else answer
    )
    created, _, arrived = compared(box, other, script(tmp_path, REFUND))

    assert [each.kind for each in created.differences] == ["status"]
    assert arrived.differences == ()
    assert "{refund}" in arrived.skipped


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ("[]", '[{"a": 1}]', []),
        ('[{"a": 1}, {"a": null}]', '[{"a": 2}]', []),
        ('[{"a": 1, "b": 2}, {"a": 1}]', '[{"a": 1}]', []),
        ('[{"a": 1}]', '[{"a": 1, "b": 2}, {"a": 1}]', []),
        ('{"a": {"b": 1}}', '{"a": {"b": "1"}}', ["type a.b"]),
        ('{"a": []}', '{"a": null}', ["null a"]),
        ('{"a": 1}', '{"b": 1}', ["key a", "key b"]),
        ('{"a": 1.5}', '{"a": 15e-1}', ["number a"]),
        ('{"a": 10}', '{"a": 15.34}', []),
        ('[{"x": 1, "y": 2}, {"y": 1, "x": 2}]', '[{"y": 1, "x": 2}]', []),
        ("1", "{}", ["type "]),
        ("true", "1", ["type "]),
    ],
)
def test_bodies_differ_by_form_alone(ours: str, theirs: str, told: list[str]) -> None:
    """All elements of an array are one: how many there are does not count."""
    made = differences(parse(ours.encode()), parse(theirs.encode()))

    assert [f"{each.kind} {each.place}" for each in made] == told


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "planted.yaml:2: "),
        ("- a", "planted.yaml:1: a script is a mapping: provider, title and steps"),
        ("provider: lean\ntitle: A\nsteps: []", "planted.yaml:3: steps: "),
        (
            "provider: paypal\ntitle: A\nsteps: [{name: a, path: /a}]",
            "planted.yaml:1: valid: lahza",
        ),
        (
            "provider: lean\ntitle: A\nsteps:\n  - {name: a, pth: /a}",
            "planted.yaml:4: steps.0.pth: there is no such key; did you mean `path`?",
        ),
        (
            "provider: lean\ntitle: A\nsteps:\n  - {name: a, path: /a, method: FETCH}",
            "planted.yaml:4: steps.0.method: ",
        ),
        (
            'provider: lean\ntitle: A\nsteps:\n  - {name: a, path: "/a/{id}"}',
            "planted.yaml:4: {id} is not known here: no step before saves it,",
        ),
        (
            "provider: lean\ntitle: A\nsteps:\n  - {name: a, path: /a, json: {}, form: {}}",
            "planted.yaml:4: a step has json or form, not both",
        ),
    ],
)
def test_a_script_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(BadFile) as refused:
        script(tmp_path, text)
    assert str(refused.value).startswith(f"{tmp_path}/{reason}")
