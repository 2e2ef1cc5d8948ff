"""Worlds are bounded in number: the one that has been idle for the longest goes."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from sandbox.engine.worlds.world import World
from sandbox.settings import Settings
from tests.kit import LAHZA, LEAN, Box, serving
from tests.worlds.calls import waiting_in


def use(box: Box, name: str) -> None:
    assert requests.get(f"{box.url}/w/{name}/refund", headers=LAHZA).ok


def names(box: Box) -> list[str]:
    return [world["name"] for world in box.admin.get("/worlds").json()["worlds"]]


def test_the_world_that_was_idle_for_the_longest_goes(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), serving(Settings(worlds=3)) as box:
        for name in ("a", "b", "c", "a", "d"):
            use(box, name)
        assert names(box) == ["c", "a", "d", "default"]
        [said] = [r for r in caplog.records if r.name == "sandbox.engine.worlds.registry"]
        assert "world b is gone" in said.getMessage()
        use(box, "b")
        assert names(box) == ["a", "d", "b", "default"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "snapshots/prepared", None),
        ("PUT", "scenarios/provider-down", {}),
        ("POST", "weather", {"disturbances": ["refund-fails"]}),
        ("POST", "lean/payments", {"amount": 1}),
    ],
)
def test_one_that_is_set_up_goes_after_those_that_are_not(
    method: str, path: str, body: dict[str, object] | None
) -> None:
    with serving(Settings(worlds=2)) as box:
        assert requests.request(method, f"{box.url}/w/prepared/_sandbox/{path}", json=body).ok
        for name in ("a", "b"):
            use(box, name)
        assert names(box) == ["prepared", "b", "default"]


def test_one_that_is_called_while_it_goes_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins anew once the old one has gone, and outlives the process."""
    remove, again = World.remove, Future[None]()

    def removing(world: World) -> None:
        if world.name == "a":
            pool.submit(use, box, "a").add_done_callback(lambda _: again.set_result(None))
            with suppress(TimeoutError):
                again.result(0.3)  # (it can't come before this one has gone)
        remove(world)

    with ThreadPoolExecutor(1) as pool, serving(Settings(worlds=1, data=tmp_path)) as box:
        use(box, "a")
        monkeypatch.setattr(World, "remove", removing)
        use(box, "b")
        again.result(30)
    with serving(Settings(worlds=1, data=tmp_path)) as box:
        assert "a" in names(box)  # (and the other, if it was busy as this one began)


def test_one_that_is_busy_stays() -> None:
    with serving(Settings(worlds=1)) as box:
        with waiting_in(box, "slow") as (slow, call):
            use(box, "other")
            assert set(names(box)) == {"slow", "other", "default"}
            slow.off("slow-provider")
            assert call.result(30).ok
        use(box, "third")
        assert names(box) == ["third", "default"]


REFUSED: list[tuple[str, str, dict[str, str], int]] = [
    ("GET", "/w/x/refund", {}, 401),
    ("GET", "/w/x/refund", {"Authorization": "Bearer pk_test_x"}, 401),
    ("GET", "/payouts/refunds", {"Sandbox-World": "x"}, 401),
    ("GET", "/w/x/payouts/refunds", {"Authorization": "Bearer x", **LEAN}, 401),
    ("POST", "/w/x/oauth2/token", {}, 400),
    ("GET", "/w/x/_sandbox/clock", {}, 401),
    ("GET", "/w/x/_sandbox/clock", {"Authorization": "Bearer wrong"}, 401),
    ("GET", "/w/x/refund/a/b/c", LAHZA, 404),
    ("DELETE", "/w/x/refund", LAHZA, 405),
    ("GET", "/w/x/nowhere", LAHZA, 404),
    ("GET", "/w/x/_sandbox/nowhere", {"Authorization": "Bearer let-me-in"}, 404),
    ("DELETE", "/w/x/_sandbox/clock", {"Authorization": "Bearer let-me-in"}, 405),
    ("GET", "/w/x/checkout/code", {}, 404),
    ("GET", "/w/x/transaction/export/none.csv", {}, 404),
    ("GET", "/w/x", {}, 200),
    ("GET", "/w/x/_sandbox/openapi", {}, 200),
    ("GET", "/w/x/_sandbox/openapi/none.json", {}, 404),
    ("GET", "/w/-x/refund", LAHZA, 400),
    ("GET", "/w/x/refund", {**LAHZA, "Sandbox-World": "-y"}, 400),
    ("GET", "/refund", {"Authorization": "Bearer sk_test_world_-x"}, 400),
    ("GET", "/w/x/refund", {**LAHZA, "Host": "evil.example"}, 421),
    ("GET", "/w/x/refund", {**LAHZA, "Sec-Fetch-Site": "cross-site"}, 403),
]


def test_a_call_that_is_refused_makes_no_world_and_removes_none() -> None:
    with serving(Settings(worlds=1, admin_token="let-me-in")) as box:
        use(box, "other")
        for method, path, headers, status in REFUSED:
            answer = requests.request(method, box.url + path, headers=headers, timeout=30)
            assert answer.status_code == status, (method, path, headers)
            token = {"Authorization": "Bearer let-me-in"}
            worlds = box.admin.get("/worlds", headers=token).json()["worlds"]
            assert {world["name"] for world in worlds} == {"other", "default"}, path


def test_a_world_in_which_calls_made_something_goes_after_all_untouched_ones(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING), serving(Settings(worlds=2)) as box:
        refund = {"transaction": "fixture-success", "amount": 100}
        made = requests.post(f"{box.url}/w/kept/refund", json=refund, headers=LAHZA)
        seeded = requests.post(f"{box.url}/w/seeded/_sandbox/seed", json={"payments": 1})
        assert made.ok
        assert seeded.ok
        for n in range(5):
            use(box, f"untouched{n}")
        assert names(box) == ["seeded", "untouched4", "default"]
        records = [r for r in caplog.records if r.name == "sandbox.engine.worlds.registry"]
        gone = [r.getMessage() for r in records]
        assert "world kept is gone, with what calls had made in it" in gone[0]
        assert "world untouched0 is gone, untouched" in gone[1]

        requests.post(f"{box.url}/w/seeded/_sandbox/reset")
        for name in ("again", "more"):
            use(box, name)
        assert names(box) == ["again", "more", "default"]
