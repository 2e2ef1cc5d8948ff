"""A page of another origin, in a real browser, reads nothing of the sandbox and changes nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.settings import Settings
from tests.browser.conftest import REBOUND
from tests.kit import Box, frozen, serving
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.slow

ATTACK = """<!doctype html><title>busy</title><form method=post target=inner></form>
<iframe name=inner></iframe><script>
const sandbox = %s, frames = %s;
const posts = {
  "/_sandbox/reset": {}, "/_sandbox/clock/advance": {by: "1d"}, "/_sandbox/seed": {payments: 3},
  "/_sandbox/lahza/refunds/3018201/settle": {status: "failed"},
  "/_sandbox/lean/payments": {}, "/w/posted/_sandbox/reset": {},
};
const settled = [];
for (const [path, body] of Object.entries(posts)) {
  settled.push(fetch(sandbox + path, {method: "POST", mode: "no-cors", body: JSON.stringify(body),
    headers: {"Content-Type": "text/plain"}}).catch(() => 0));
}
settled.push(fetch(sandbox + "/_sandbox/requests").then(
  async answer => { document.body.dataset.read = await answer.text(); }, () => 0));
for (let n = 0; n < 5; n++) {
  settled.push(new Promise(done => {
    const image = new Image();
    image.onload = image.onerror = done;
    image.src = sandbox + "/w/image" + n + "/_sandbox/health";
  }));
}
for (const host of ["0.0.0.0", "[::ffff:127.0.0.1]"]) {
  const other = sandbox.replace("127.0.0.1", host);
  settled.push(fetch(other + "/w/untrusted/_sandbox/health", {mode: "no-cors"}).catch(() => 0));
  settled.push(fetch(other + "/oauth2/token", {method: "POST", mode: "no-cors",
    body: new URLSearchParams({client_id: "world-forged", client_secret: "x"})}).catch(() => 0));
}
for (const path of ["/refund", "/w/socket/_sandbox/health"]) {
  settled.push(new Promise(done => {
    new WebSocket(sandbox.replace("http", "ws") + path).onerror = done;
  }));
}
const form = document.forms[0];
form.action = sandbox + "/_sandbox/clock/advance";
settled.push(new Promise(done => { document.querySelector("iframe").onload = done; }));
form.submit();
for (const path of frames) {
  settled.push(new Promise(done => {
    const frame = document.createElement("iframe");
    frame.onload = done;
    frame.src = sandbox + path;
    document.body.append(frame);
  }));
}
Promise.all(settled).then(() => { document.title = "done"; });
</script>"""


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A tab with JavaScript."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def box() -> Iterator[Box]:
    """A sandbox that few worlds fit in."""
    with serving(frozen("2027-01-01T09:00:00Z", worlds=3)) as box:
        yield box


def shows(page: str) -> Callable[..., None]:
    return lambda handler, _: handler.reply(200, page.encode(), **{"Content-Type": "text/html"})


def state(box: Box) -> list[Any]:
    asked = [box.admin.get(path).json() for path in ("/clock", "/requests", "/worlds")]
    for world in asked[-1]["worlds"]:
        del world["last_used_at"]
    return asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_another_origin_neither_reads_nor_steers(
    desk: Page, box: Box, receiver: Receiver, host: str
) -> None:
    box.anyone.get("/w/mine/_sandbox/health")
    checkout = box.lahza.post("/transaction/initialize", {"amount": 100, "email": "a@b.co"})
    framed = ["/", "/_sandbox/openapi"]
    framed.append(urlsplit(checkout.json()["data"]["authorization_url"]).path)
    receiver.answer = shows(ATTACK % (json.dumps(box.url), json.dumps(framed)))
    before = state(box)

    desk.goto(receiver.url.replace("127.0.0.1", host))
    expect(desk).to_have_title("done")

    assert state(box) == before
    assert box.lahza_status(3018201) == "pending"
    assert desk.locator("body").get_attribute("data-read") is None
    for frame in desk.frames[1:]:
        assert frame.locator("h1, form, script").count() == 0


def test_a_name_that_leads_here_reads_and_steers_nothing(desk: Page, box: Box) -> None:
    before = state(box)
    port = urlsplit(box.url).port
    for path in ("/", "/_sandbox/openapi", "/_sandbox/requests"):
        answer = desk.goto(f"http://{REBOUND}:{port}{path}")
        assert answer is not None
        assert answer.status == 421
    script = "fetch('/_sandbox/reset', {method: 'POST', body: '{}'}).then(a => a.status)"
    assert desk.evaluate(script) == 421
    assert state(box) == before


def test_a_page_makes_no_world_by_loading_it_ahead(
    desk: Page, box: Box, receiver: Receiver
) -> None:
    """Chromium says of such a call that no site asks for it."""
    receiver.answer = shows("<!doctype html><title>busy</title>")
    desk.goto(receiver.url)
    before = state(box)
    rules = {"urls": [f"{box.url}/w/ahead/_sandbox/health"], "eagerness": "immediate"}
    with desk.context.expect_event("response", lambda got: "/w/ahead/" in got.url) as got:
        desk.evaluate(
            """rules => { const script = document.createElement("script");
            script.type = "speculationrules"; script.textContent = JSON.stringify(rules);
            document.head.append(script); }""",
            {"prefetch": [rules]},
        )
    assert got.value.status == 403
    assert state(box) == before


def test_a_payer_pays_at_an_address_that_the_browser_does_not_trust(desk: Page) -> None:
    """It says nothing of the site there, but of the form's origin."""
    with serving(Settings(hosts=frozenset({REBOUND}))) as box:
        answer = box.lahza.post("/transaction/initialize", {"amount": 100, "email": "a@b.co"})
        url = answer.json()["data"]["authorization_url"]
        desk.goto(url.replace("127.0.0.1", REBOUND))
        desk.get_by_label("Card number").fill("4111111111111111")
        desk.get_by_label("Expiry date").fill("03/30")
        desk.get_by_label("Security code").fill("004")
        desk.locator("button.yes").click()

        expect(desk.get_by_role("heading")).to_have_text("Payment complete")


def test_a_path_runs_no_script(desk: Page) -> None:
    with serving(Settings(admin_token="let-me-in")) as box:
        for name in (
            "<script>document.title='run'</script>",
            "'-document.write('run')-'",
            '"onx="',
        ):
            answer = desk.goto(f"{box.url}/w/{quote(name, safe='')}/_sandbox/openapi")
            assert answer is not None
            assert answer.status == 400
            assert desk.title() != "run"
            assert desk.evaluate("document.contentType") == "application/problem+json"


def test_a_payer_is_sent_on_by_the_shop(desk: Page, box: Box) -> None:
    """Chromium holds all redirects after a form against the page's policy."""
    with ExitStack() as shops:
        shop, order = shops.enter_context(receiving()), shops.enter_context(receiving())
        thanks = order.url.replace("127.0.0.1", "localhost")
        shop.answer = lambda handler, _: handler.reply(302, Location=thanks)
        body = {"amount": 100, "email": "a@b.co", "callback_url": shop.url}
        answer = box.lahza.post("/transaction/initialize", body)
        desk.goto(answer.json()["data"]["authorization_url"])
        desk.get_by_label("Card number").fill("4111111111111111")
        desk.get_by_label("Expiry date").fill("03/30")
        desk.get_by_label("Security code").fill("004")
        desk.locator("button.yes").click()

        expect(desk).to_have_url(thanks)
