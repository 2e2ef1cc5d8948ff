"""The page of worlds and snapshots."""

import re

import pytest

from sandbox.dashboard.worlds import MOST_COMPARED
from tests.dashboard.visiting import HOME, Visitor
from tests.kit import Box

PATH = "world/worlds"


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def names(box: Box) -> list[str]:
    return [each["name"] for each in box.admin.get("/snapshots").json()["snapshots"]]


def test_a_snapshot_is_taken_restored_and_removed(box: Box, visitor: Visitor) -> None:
    led = visitor.send(PATH, do="take", name="before")
    assert "The snapshot before is taken." in led.text
    transaction = box.transaction()
    asked = visitor.send(PATH, do="restore", name="before")
    assert "Restore before?" in asked.text
    assert box.lahza.get(f"/transaction/{transaction}").status_code == 200
    visitor.send(PATH, do="restore", name="before", sure="yes")
    assert box.lahza.get(f"/transaction/{transaction}").status_code == 404
    assert "Remove the snapshot before?" in visitor.send(PATH, do="remove", name="before").text
    assert names(box) == ["before"]
    visitor.send(PATH, do="remove", name="before", sure="yes")

    assert names(box) == []
    for do in ("restore", "remove", "nonsense"):
        assert visitor.send(PATH, do=do, name="before", sure="yes").status_code == 404


def test_a_name_that_is_none_is_refused_beside_its_field(box: Box, visitor: Visitor) -> None:
    answer = visitor.send(PATH, do="take", name="<b>no name")

    assert answer.status_code == 409
    assert re.search(r'id="name-wrong"><bdi>.*&lt;b&gt;no name.* is no name', answer.text)
    assert names(box) == []


def test_a_reset_asks_first(box: Box, visitor: Visitor) -> None:
    transaction = box.transaction()
    assert "Reset the world?" in visitor.send(PATH, do="reset").text
    assert box.lahza.get(f"/transaction/{transaction}").status_code == 200
    led = visitor.send(PATH, do="reset", sure="yes")

    assert "The world has begun anew." in led.text
    assert box.lahza.get(f"/transaction/{transaction}").status_code == 404


def test_worlds_are_listed_and_removed(box: Box, visitor: Visitor) -> None:
    box.lahza.get("/w/gone/refund")
    assert f'<a href="/w/gone{HOME}">' in visitor.see(PATH)
    assert "Remove the world gone?" in visitor.send(PATH, do="remove_world", name="gone").text
    visitor.send(PATH, do="remove_world", name="gone", sure="yes")

    def worlds() -> set[str]:
        return {each["name"] for each in box.admin.get("/worlds").json()["worlds"]}

    assert "gone" not in worlds()
    again = visitor.send(PATH, do="remove_world", name="gone", sure="yes")
    assert again.status_code == 404
    refused = visitor.send(PATH, do="remove_world", name="default", sure="yes")
    assert refused.status_code == 409
    assert "only reset" in refused.text
    inside = Visitor(f"{box.url}/w/left")
    led = inside.send(PATH, do="remove_world", name="left", sure="yes")
    assert led.url == f"{box.url}{HOME}/{PATH}"
    assert "left" not in worlds()


def test_two_snapshots_are_compared_document_by_document(box: Box, visitor: Visitor) -> None:
    transaction = box.transaction()
    refund = box.lahza_refund(transaction, amount=100).json()["data"]["id"]
    visitor.send(PATH, do="take", name="one")
    box.advance("1d")
    box.on("refund-fails", after="2h")
    another = box.transaction()
    visitor.send(PATH, do="take", name="two")
    page = visitor.see(f"{PATH}/compare?from=one&to=two")

    changed = page.split("lahza.refunds</code>")[1].split("<h2>")[0]
    assert "changed: 1" in changed
    assert str(refund) in changed
    row = re.search(
        r"<code dir=\"ltr\">status</code>.*?<bdi>(\w+).*?<bdi>(\w+)", changed, re.DOTALL
    )
    assert row is not None
    assert row.groups() == ("pending", "processed")
    added = page.split("lahza.transactions</code>")[1].split("<h2>")[0]
    assert "added: 1" in added
    assert str(another) in added
    assert "scenarios.refund-fails" in page
    backwards = visitor.see(f"{PATH}/compare?from=two&to=one")
    assert "removed: 1" in backwards.split("lahza.transactions</code>")[1].split("<h2>")[0]
    assert "Nothing has changed." in visitor.see(f"{PATH}/compare?from=two&to=two")
    assert visitor.get(f"{PATH}/compare?from=none").status_code == 404


def test_a_snapshot_is_compared_with_now_and_long_lists_are_cut(box: Box, visitor: Visitor) -> None:
    visitor.send(PATH, do="take", name="before")
    box.admin.post("/seed", {"transactions": MOST_COMPARED + 1, "seed": 1})
    page = visitor.see(f"{PATH}/compare?from=before")

    added = page.split("lahza.transactions</code>")[1].split("<h2>")[0]
    assert f"added: {MOST_COMPARED + 1}" in added
    assert f"The newest {MOST_COMPARED} of {MOST_COMPARED + 1} are shown." in added
    assert added.count("<details") == MOST_COMPARED


def test_a_comparison_shows_no_key_of_a_merchants(box: Box, visitor: Visitor) -> None:
    visitor.send(PATH, do="take", name="before")
    box.lahza.post("/transaction/initialize", {"email": "a@example.com", "amount": 100})

    page = visitor.see(f"{PATH}/compare?from=before")
    assert "a@example.com" in page
    assert "sk_test_kit" not in page
