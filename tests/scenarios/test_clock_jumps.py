"""`advance`: the world's clock moves before a call is carried out."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests

from tests.kit import Box, frozen, serving
from tests.receiver import Handler, Received, Receiver
from tests.scenarios.calls import acted, give_back, lahza, own_on
from tests.webhooks.calls import address


def now(box: Box) -> str:
    """The world's time, to the second."""
    return str(box.admin.get("/clock").json()["now"])[:19]


def test_what_is_due_happens_before_the_call_and_its_webhooks_have_gone_out(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    refund = give_back(box).json()["data"]["id"]
    receiver.wait_for(1)
    box.on("clock-jumps", by="1d", method="GET", path="/refund/*")
    seen = box.lahza_status(refund)

    assert (seen, acted(box, "clock-jumps")) == ("processed", 1)
    assert receiver.events == ["refund.pending", "refund.processing", "refund.processed"]


def test_the_call_is_made_at_the_later_moment(box: Box) -> None:
    box.on("clock-jumps", by="6h", times=1)
    made = [give_back(box).json()["data"]["createdAt"] for _ in range(2)]

    assert made == ["2026-05-13T17:50:42.625Z"] * 2
    noted = [each["at"][:19] for each in box.admin.get("/requests").json()["requests"]]
    assert noted == ["2026-05-13T17:50:42"] * 2


def test_advances_add_up_until_a_step_answers_and_go_before_the_answer(box: Box) -> None:
    hour = {"on": "request", "advance": "1h"}
    own_on(box, hour, {**hour, "fail": "unavailable"}, hour)

    assert lahza(box)[:3] == "503"
    assert now(box) == "2026-05-13T13:50:42"


def test_a_running_clock_jumps_too() -> None:
    settings = frozen("2027-01-01T09:00:00Z")
    start = settings.start._replace(mode="realtime")
    with serving(settings._replace(start=start)) as box:
        refund = give_back(box).json()["data"]["id"]
        seen = box.lahza.get(f"/refund/{refund}", scenario="clock-jumps; by=30h").json()

        assert seen["data"]["status"] == "processed"
        assert now(box) >= "2027-01-02T15:00:00"
        assert box.admin.get("/clock").json()["mode"] == "realtime"


def test_a_receiver_may_call_meanwhile_and_where_the_clock_is_moved_already_it_stays(
    box: Box, receiver: Receiver
) -> None:
    """The call of the receiver is answered at its moment; its jump is not made up for."""
    address(box, "lahza", receiver)
    give_back(box)
    receiver.wait_for(1)
    codes = []

    def call(handler: Handler, _: Received) -> None:
        with closing(Box(box.url)) as other:
            codes.append(other.lahza.get("/refund").status_code)
        handler.reply(200)

    receiver.answer = call
    box.on("clock-jumps", by="2d")
    codes.append(box.lahza.get("/refund").status_code)

    assert codes == [200, 200, 200]
    assert now(box) == "2026-05-15T11:50:42"
    assert acted(box, "clock-jumps") == 1


def test_the_end_of_time_is_no_error(box: Box) -> None:
    before = now(box)

    assert (lahza(box, "clock-jumps; by=2560000d"), now(box)) == ("200 pending", before)


def test_a_call_whose_world_is_reset_while_the_clock_moves_is_dropped(
    box: Box, receiver: Receiver
) -> None:
    address(box, "lahza", receiver)
    give_back(box)
    receiver.wait_for(1)

    def reset(*_: object) -> None:
        box.admin.post("/reset", {})

    receiver.answer = reset
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lahza, box, "clock-jumps; by=2h")
        with pytest.raises(requests.ConnectionError):
            waiting.result(20)

    assert box.admin.get("/requests").json()["requests"] == []
    assert lahza(box) == "200 pending"
