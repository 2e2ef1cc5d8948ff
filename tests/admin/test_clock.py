"""The clock and reset: time that belongs to the test."""

from typing import Any

import pytest

from sandbox.engine.worlds import advance as advances
from sandbox.settings import Settings
from tests.kit import Box, frozen, serving

NOW = "2026-05-13T11:50:42.625199Z"


def test_a_frozen_clock_stands(box: Box) -> None:
    assert box.admin.get("/clock").json() == {
        "mode": "frozen",
        "now": NOW,
        "rate": 1,
        "due": 0,
        "next_due_at": None,
    }


def test_the_clock_says_what_is_to_come(box: Box) -> None:
    box.lean_refund(box.payment(), status="APPROVED")
    clock = box.admin.get("/clock").json()

    assert (clock["due"], clock["next_due_at"]) == (1, "2026-05-13T11:51:12.625199Z")


@pytest.mark.parametrize(
    ("by", "then"),
    [
        ("3d", "2026-05-16T11:50:42.625199Z"),
        ("90m", "2026-05-13T13:20:42.625199Z"),
        ("1h30m", "2026-05-13T13:20:42.625199Z"),
        ("45s", "2026-05-13T11:51:27.625199Z"),
        ("250ms", "2026-05-13T11:50:42.875199Z"),
        ("P3DT2H", "2026-05-16T13:50:42.625199Z"),
        ("1w", "2026-05-20T11:50:42.625199Z"),
        (60, "2026-05-13T11:51:42.625199Z"),
        (0.5, "2026-05-13T11:50:43.125199Z"),
        (0, NOW),
    ],
)
def test_advance_by(box: Box, by: Any, then: str) -> None:
    assert box.admin.post("/clock/advance", {"by": by}).json() == {
        "from": NOW,
        "now": then,
        "events": [],
        "deliveries": [],
        "more": {"events": 0, "deliveries": 0},
        "dropped": {"events": 0, "deliveries": 0},
    }


def test_advance_to_a_moment_and_until_nothing_is_left(box: Box) -> None:
    refund = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    first = box.admin.post("/clock/advance", {"to": "2026-05-13T15:51:12.625199+04:00"}).json()
    rest = box.admin.post("/clock/advance", {"until": "idle"}).json()

    assert first["events"] == [
        {
            "at": "2026-05-13T11:51:12.625199Z",
            "kind": "refund",
            "provider": "lean",
            "subject": refund,
            "from": "APPROVED",
            "to": "PENDING_WITH_BANK",
        }
    ]
    assert [event["to"] for event in rest["events"]] == ["ACCEPTED_BY_BANK", "PROCESSED"]
    assert rest["now"] == rest["events"][-1]["at"] == "2026-05-13T11:56:51.625199Z"


def test_an_advance_is_told_of_page_by_page(box: Box) -> None:
    for amount in (1, 2, 3):
        box.lahza_refund("fixture-large", amount=amount)
    first = box.admin.post("/clock/advance", {"by": "2h", "limit": 2}).json()
    rest = box.admin.get("/clock/advance", params={"offset": 2}).json()
    whole = box.admin.get("/clock/advance").json()

    assert first["more"] == {"events": 1, "deliveries": 1}
    assert rest["more"] == whole["more"] == {"events": 0, "deliveries": 0}
    for key, count in (("events", 3), ("deliveries", 3)):
        assert (len(first[key]), len(rest[key])) == (2, count - 2)
        assert [*first[key], *rest[key]] == whole[key]
    assert {key: whole[key] for key in ("from", "now")} == {
        key: first[key] for key in ("from", "now")
    }
    nothing = box.admin.get("/clock/advance", params={"limit": 0}).json()
    assert (nothing["events"], nothing["more"]["events"]) == ([], 3)
    behind = box.admin.get("/clock/advance", params={"offset": 10**20}).json()
    assert behind == {**rest, "events": [], "deliveries": []}


def test_what_there_is_to_tell_of_an_advance_ends_with_its_world(box: Box) -> None:
    assert box.admin.get("/clock/advance").status_code == 404
    box.admin.put("/snapshots/unmoved")
    for path in ("/reset", "/snapshots/unmoved/restore"):
        box.advance("1h")
        assert box.admin.get("/clock/advance").status_code == 200
        assert box.admin.post(path, {"mode": "frozen"} if path == "/reset" else None).ok
        assert box.admin.get("/clock/advance").status_code == 404
    box.admin.delete("/snapshots/unmoved")


def test_of_an_advance_the_first_events_are_kept(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advances, "MOST_EVENTS", 2)
    for amount in (1, 2, 3):
        box.lahza_refund("fixture-large", amount=amount)
    told = box.admin.post("/clock/advance", {"by": "2h"}).json()

    assert [event["to"] for event in told["events"]] == ["processing"] * 2
    assert len(told["deliveries"]) == 3
    assert told["dropped"] == {"events": 1, "deliveries": 0}


def test_put_now_plays_what_is_due_on_the_way(box: Box) -> None:
    refund = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
    clock = box.admin.put("/clock", {"now": "2027-01-01T00:00:00Z"}).json()

    assert (clock["now"], clock["due"]) == ("2027-01-01T00:00:00.000000Z", 0)
    assert box.lean_status(refund) == "ACCEPTED_BY_BANK"


def test_the_clock_never_goes_back(box: Box) -> None:
    for answer in (
        box.admin.put("/clock", {"now": "2020-01-01T00:00:00Z", "mode": "realtime"}),
        box.admin.post("/clock/advance", {"to": "2020-01-01T00:00:00Z"}),
    ):
        assert answer.status_code == 409
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert box.admin.get("/clock").json()["mode"] == "frozen"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/clock/advance", {}, None),
        ("/clock/advance", {"by": "1d", "until": "idle"}, None),
        ("/clock/advance", {"by": "-1d"}, "by"),
        ("/clock/advance", {"by": -1}, "by"),
        ("/clock/advance", {"by": "soon"}, "by"),
        ("/clock/advance", {"by": "P1M"}, "by"),
        ("/clock/advance", {"by": 1e300}, "by"),
        ("/clock/advance", {"by": True}, "by"),
        ("/clock/advance", {"to": "2027-01-01"}, "to"),
        ("/clock/advance", {"until": "dawn"}, "until"),
        ("/clock/advance", {"bye": "1d"}, "bye"),
        ("/clock/advance", {"by": "1d", "limit": 10_001}, "limit"),
        ("/clock/advance", {"limit": 10}, None),
        ("/reset", {"seed": -1}, "seed"),
        ("/reset", {"seed": "7"}, "seed"),
        ("/reset", {"rate": 0}, "rate"),
        ("/reset", {"mode": "stopped"}, "mode"),
        ("/reset", {"now": "2027-01-01T00:00:00"}, "now"),
        ("/reset", {"worlds": 2}, "worlds"),
    ],
)
def test_a_bad_value_names_its_key(box: Box, path: str, body: Any, field: str | None) -> None:
    answer = box.admin.post(path, body)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().get("field") == field
    assert answer.json()["status"] == 400
    assert answer.json()["detail"]
    assert box.admin.get("/clock").json()["now"] == NOW


def test_reset_begins_the_world_anew(box: Box) -> None:
    payment = box.payment()
    box.on("provider-down", provider="lean")
    box.admin.patch("/settings", {"lean": {"pending_after": "1s"}})
    box.admin.patch("/lean/application", {"payouts_configured": False})
    own = {"name": "mine", "title": "Mine", "script": [{"on": "request", "delay": "1ms"}]}
    box.admin.post("/scenarios", own)
    fresh = box.admin.post("/reset", {"now": "2027-01-01T00:00:00Z", "mode": "frozen"}).json()

    assert fresh["now"] == "2027-01-01T00:00:00.000000Z"
    assert box.lean.get(f"/payments/v1/{payment}").json()["status"] == "UNKNOWN_PAYMENT"
    assert box.admin.get("/settings").json()["lean"]["pending_after"] == "30s"
    assert box.admin.get("/scenarios/mine").status_code == 404
    assert [entry["path"] for entry in box.admin.get("/requests").json()["requests"]] == [
        f"/payments/v1/{payment}"
    ]
    assert box.lean_refund(box.payment()).status_code == 201


def test_a_page_of_an_advance_far_beyond_its_end_is_empty(box: Box) -> None:
    box.advance("1s")
    answer = box.admin.get(f"/clock/advance?offset={10**20}")
    assert answer.status_code == 200
    assert (answer.json()["events"], answer.json()["more"]["events"]) == ([], 0)


def test_refunds_move_by_themselves_in_realtime() -> None:
    with serving(Settings()) as box:
        box.admin.put("/clock", {"rate": 1_000_000})
        lean = box.lean_refund(box.payment(), status="APPROVED").json()[0]["refund_id"]
        lahza = box.lahza_refund(box.transaction()).json()["data"]["id"]
        while box.admin.get("/clock").json()["due"]:
            pass  # a day passes in a tenth of a second
        assert box.lean_status(lean) == "ACCEPTED_BY_BANK"
        assert box.lahza_status(lahza) == "processed"
        assert box.lahza.get(f"/refund/{lahza}").json()["data"]["status"] == "processed"


def test_without_processing_times_refunds_need_no_advance() -> None:
    with serving(Settings()) as box:
        lean = {"pending_after": "0s", "accepted_after": "0s"}
        lahza = {"processing_after": "0s", "processed_after": "0s"}
        assert box.admin.patch("/settings", {"lean": lean, "lahza": lahza}).status_code == 200
        refund = box.lean_refund(box.payment(), status="APPROVED").json()[0]
        queued = box.lahza_refund(box.transaction()).json()["data"]

        assert (refund["status"], queued["status"]) == ("APPROVED", "pending")
        assert box.lean_status(refund["refund_id"]) == "ACCEPTED_BY_BANK"
        assert box.lahza_status(queued["id"]) == "processed"


@pytest.mark.parametrize("by", ["2500000d", "1d", 1])
def test_the_clock_stops_at_the_last_moment_it_can_show(box: Box, by: Any) -> None:
    """Whatever asks it to go further; everything can still be read then."""
    last = "9000-01-01T00:00:00.000000Z"
    assert box.admin.post("/clock/advance", {"to": last}).json()["now"] == last
    answer = box.admin.post("/clock/advance", {"by": by})

    assert answer.status_code in (200, 400, 409), answer.text
    assert box.admin.get("/clock").json()["now"] == last
    assert box.lahza_refund(box.transaction()).status_code == 200


def test_what_is_due_beyond_the_clocks_last_moment_can_still_be_read(box: Box) -> None:
    box.admin.post("/reset", {"mode": "frozen", "now": "8999-12-31T00:00:00Z"})
    times = {"processing_after": "2500000d", "processed_after": "2500000d"}
    box.admin.patch("/settings", {"lahza": times})
    box.lahza_refund(box.transaction())

    assert box.admin.get("/clock").status_code == 200
    assert box.admin.post("/clock/advance", {"until": "idle"}).status_code in (200, 409)


def test_a_clock_that_is_let_go_runs_on_from_where_it_stood() -> None:
    with serving(frozen("2027-01-01T00:00:00Z")) as box:
        running = box.admin.put("/clock", {"mode": "realtime", "rate": 60}).json()
        assert (running["mode"], running["rate"]) == ("realtime", 60)
        assert running["now"].startswith("2027-01-01T00:0")
        stopped = box.admin.put("/clock", {"mode": "frozen"}).json()["now"]
        assert box.admin.get("/clock").json()["now"] == stopped >= running["now"]
