"""Makes the pictures in docs/images/: `python -m tests.browser.pictures`."""

from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import sync_playwright

from tests.browser.conftest import NAMES, QUIET
from tests.browser.png import with_palette
from tests.kit import Box, frozen, serving
from tests.programs import find
from tests.receiver import receiving

FOLDER = Path(__file__).parents[2] / "docs" / "images"
HOME = "/_sandbox/dashboard"


class Picture(NamedTuple):
    """A page, and how it is looked at; the file is called `dashboard-<name>.png`.

    Attributes:
        path: below the dashboard's.
        height, width: of what is seen, in pixels.
        scheme: `light` or `dark`.
    """

    path: str
    height: int = 700
    width: int = 1000
    scheme: Literal["light", "dark"] = "light"


PICTURES = {
    "refund": Picture("lean/refunds/1ea00000-0000-4000-b000-000000000001", 560),
    "time": Picture("world/time", 480),
    "scenarios": Picture("world/scenarios/refund-fails"),
    "request": Picture("world/requests/2", scheme="dark"),
    "webhook": Picture("world/webhooks/2", 1120),
    "changes": Picture("world/worlds/compare?from=before"),
}


def fill(box: Box, hooks: str) -> None:
    """Let something happen that is worth a look."""
    box.admin.put("/webhooks/lahza", {"url": hooks, "secret": "a-secret"})
    box.admin.put("/snapshots/before")
    box.on("refund-fails", after="2h")
    box.lahza_refund("fixture-success", amount=2500, merchant_note="Order 17 came back")
    box.lahza.post("/refunds", {"transaction": "fixture-success", "amount": 2500})
    box.lean_refund("1ea00000-0000-4000-a000-000000000001", external_reference="ORDER-17")
    box.advance("62m")


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with (
        serving(frozen("2027-01-01T09:00:00Z")) as box,
        receiving() as receiver,
        sync_playwright() as playwright,
    ):
        receiver.answer = lambda handler, _: handler.reply(401, b'{"error": "bad signature"}')
        fill(box, receiver.url)
        browser = playwright.chromium.launch(
            executable_path=find(*NAMES), args=[*QUIET, "--disable-lcd-text"]
        )
        for name, picture in PICTURES.items():
            page = browser.new_page(
                color_scheme=picture.scheme,
                viewport={"width": picture.width, "height": picture.height},
                locale="en-GB",
            )
            page.goto(f"{box.url}{HOME}/{picture.path}")
            (FOLDER / f"dashboard-{name}.png").write_bytes(with_palette(page.screenshot()))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
