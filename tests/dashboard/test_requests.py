"""The pages of the journal."""

import subprocess
from urllib.parse import quote

import pytest

from sandbox.dashboard.requests import SIZE
from tests.dashboard.visiting import Visitor
from tests.kit import Box
from tests.programs import find


@pytest.fixture
def visitor(box: Box) -> Visitor:
    return Visitor(box.url)


def test_requests_stand_there_newest_first_page_by_page(box: Box, visitor: Visitor) -> None:
    for number in range(SIZE + 1):
        box.lahza.get(f"/transaction/verify/order-{number}")
    first, second = visitor.see("world/requests"), visitor.see("world/requests?page=1")

    assert f"1 to {SIZE} of {SIZE + 1}" in first
    assert first.index("order-50<") < first.index("order-1<")
    assert "order-0<" not in first
    assert "order-0<" in second
    assert "order-1<" not in second
    assert visitor.see("world/requests?page=99") == visitor.see("world/requests?page=1")
    assert "order-50<" in visitor.see("world/requests?page=x")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("provider=lean", {"/payouts/refunds"}),
        ("method=POST", {"/refund", "/payouts/refunds"}),
        ("path=/refund/*", {"/refund/7"}),
        ("status=404", {"/refund/7"}),
        ("provider=lahza&method=GET&status=200", set()),
    ],
)
def test_requests_are_filtered(box: Box, visitor: Visitor, query: str, found: set[str]) -> None:
    box.lean_refund(box.payment())
    box.lahza_refund(box.transaction())
    box.lahza.get("/refund/7")
    page = visitor.see(f"world/requests?{query}")

    paths = {"/refund", "/payouts/refunds", "/refund/7"}
    assert {path for path in paths if f"{path}</code>" in page} == found


def test_a_filter_that_makes_no_sense_is_refused_beside_its_field(visitor: Visitor) -> None:
    answer = visitor.get("world/requests?status=abc")

    assert answer.status_code == 400
    assert 'id="status-wrong"><bdi>must be a whole number' in answer.text


def test_a_request_opens_to_all_that_is_known_of_it(box: Box, visitor: Visitor) -> None:
    box.on("rate-limited", times=1)
    body = {"transaction": "<script>x</script>", "amount": 12.5}
    box.lahza.post("/refund", body)
    box.lahza.post("/refunds", body)
    page = visitor.get("world/requests/1").text

    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page
    shown = visitor.see("world/requests/1")
    assert '"amount": 12.5' in shown
    assert '"status": false' in shown
    assert "429" in shown
    assert "rate-limited" in shown
    assert "sk_test_kit" not in shown
    assert "<dt>Authorization</dt><dd><code>***" in shown
    assert "did you mean /refund?" in visitor.see("world/requests/2")
    for path in ("3", "0", "x", "1/2"):
        assert visitor.get(f"world/requests/{path}").status_code == 404


def test_a_request_is_copied_as_curl(box: Box, visitor: Visitor) -> None:
    find("curl")
    world = Box(f"{box.url}/w/copied")
    hostile = "a'; touch /nowhere/x; echo '$(id)`id`\n<&>"
    world.lahza.get("/refund")
    world.lahza.post(
        f"/refund/{quote(hostile)}?q={quote(hostile)}&a[]={{1}}", {"transaction": hostile}
    )
    page = Visitor(world.url).see("world/requests/2")
    command = page.split('<pre id="curl"', 1)[1].split(">", 1)[1].split("</pre>")[0]
    assert "Secrets are struck out as ***" in page
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=True, timeout=30)

    assert b"message" in done.stdout
    again, first, _ = world.admin.get("/requests").json()["requests"]
    for key in ("method", "path", "query", "body"):
        assert again[key] == first[key]
    world.close()


def test_all_requests_are_forgotten(box: Box, visitor: Visitor) -> None:
    box.lahza.get("/refund")
    led = visitor.send("world/requests")

    assert "All requests are forgotten." in led.text
    assert box.admin.get("/requests").json()["requests"] == []
