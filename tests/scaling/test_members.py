"""Several servers that know of each other: the calls about worlds hold for all of them."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from click.testing import CliRunner

from sandbox.app import create_app
from sandbox.cli import main
from sandbox.server import running
from sandbox.settings import BadSetting, Settings, from_environment
from tests.dashboard.visiting import Visitor
from tests.kit import Box, serving
from tests.receiver import Receiver

TOKEN = "let-me-in"


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in taken]


@contextmanager
def members(count: int, silent: int = 0, token: str | None = None) -> Iterator[list[Box]]:
    """So many servers, each of which is told of all; of `silent` more nobody is there."""
    ports = free_ports(count + silent)
    peers = tuple(f"http://127.0.0.1:{port}" for port in ports)
    with ExitStack() as stack:
        boxes = []
        for port in ports[:count]:
            settings = Settings(port=port, peers=peers, admin_token=token)
            server = stack.enter_context(running(settings))
            boxes.append(stack.enter_context(closing(Box(server.url))))
        yield boxes


def worlds_of(box: Box, **headers: str) -> list[tuple[str, str | None]]:
    """The worlds that a server lists, and whose they are."""
    listed = box.admin.get("/worlds", headers=headers).json()["worlds"]
    return [(world["name"], world.get("member")) for world in listed]


def test_each_member_lists_the_worlds_of_all_and_says_whose_they_are() -> None:
    with members(3) as (first, second, third):
        for box, name in ((second, "b"), (third, "c"), (first, "a")):
            box.anyone.get(f"/w/{name}/_sandbox/clock")

        listed = {("default", None), ("a", None), ("b", second.url), ("c", third.url)}
        assert set(worlds_of(first)) == listed
        assert ("a", first.url) in worlds_of(second)
        assert first.admin.get("/worlds").json()["unanswered"] == []


def test_the_worlds_of_all_stand_in_the_order_of_their_last_use() -> None:
    with members(2) as (first, second):
        for box, name in ((second, "b"), (first, "a"), (second, "c"), (first, "d")):
            box.anyone.get(f"/w/{name}/_sandbox/clock")
        named = [name for name, _ in worlds_of(first) if name != "default"]
        assert named == ["b", "a", "c", "d"]


def test_a_default_world_of_another_member_is_listed_once_it_has_been_used() -> None:
    with members(2) as (first, second):
        assert worlds_of(first) == [("default", None)]
        second.payment()
        assert ("default", second.url) in worlds_of(first)


def test_a_member_that_is_asked_by_another_asks_nobody() -> None:
    with members(2) as (first, second):
        second.anyone.get("/w/b/_sandbox/clock")
        first.anyone.get("/w/a/_sandbox/clock")
        assert worlds_of(first, **{"Sandbox-Member": "another"}) == [("a", None)]


def test_a_list_says_which_members_gave_no_answer() -> None:
    with members(2, silent=1) as (first, second):
        second.anyone.get("/w/b/_sandbox/clock")
        listed = first.admin.get("/worlds").json()
        assert ("b", second.url) in worlds_of(first)
        assert len(listed["unanswered"]) == 1

        refused = first.admin.delete("/worlds/nowhere")
        (silent,) = listed["unanswered"]
        assert refused.status_code == 404
        assert refused.json()["detail"] == f"there is no world 'nowhere'; {silent} gave no answer"


@pytest.mark.parametrize("said", [b"", b"[]", b'{"worlds": [{"name": "b"}]}', b'{"worlds": 1}'])
def test_what_is_no_sandbox_counts_as_giving_no_answer(receiver: Receiver, said: bytes) -> None:
    receiver.answer = lambda handler, _: handler.reply(200, said)
    with serving(Settings(peers=(receiver.url,))) as box:
        listed = box.admin.get("/worlds").json()
        assert [world["name"] for world in listed["worlds"]] == ["default"]
        assert listed["unanswered"] == [receiver.url]
        assert box.admin.delete("/worlds/nowhere").status_code == 404


def test_a_world_is_removed_by_whichever_member_is_asked() -> None:
    with members(2) as (first, second):
        second.anyone.get("/w/b/_sandbox/clock")
        left = first.admin.delete("/worlds/b")
        assert (left.status_code, [w["name"] for w in left.json()["worlds"]]) == (200, ["default"])
        assert first.admin.delete("/worlds/b").status_code == 404
        assert worlds_of(second) == [("default", None)]


def test_members_show_each_other_the_token_of_the_admin_api() -> None:
    with members(2, token=TOKEN) as (first, second):
        shown = {"Authorization": f"Bearer {TOKEN}"}
        second.anyone.get("/w/b/_sandbox/clock", headers=shown)
        assert ("b", second.url) in worlds_of(first, **shown)


def test_without_other_members_a_list_says_nothing_of_them(box: Box) -> None:
    listed = box.admin.get("/worlds").json()
    assert list(listed) == ["worlds"]
    assert not any("member" in world for world in listed["worlds"])


def test_the_command_lists_the_worlds_of_all_and_who_gave_no_answer() -> None:
    with members(2, silent=1) as (first, second):
        second.anyone.get("/w/b/_sandbox/clock")
        said = CliRunner().invoke(main, ["worlds", "--url", first.url])
        (silent,) = first.admin.get("/worlds").json()["unanswered"]
        assert said.exit_code == 0
        assert re.search(rf"^b .* {second.url}$", said.output, re.MULTILINE)
        assert said.output.splitlines()[-1] == f"no answer from {silent}"


def test_the_dashboard_says_that_its_worlds_are_not_all(box: Box) -> None:
    note = "These are the worlds of one server of several;"
    with members(2) as (first, _):
        assert note in Visitor(first.url).see("world/worlds")
    assert note not in Visitor(box.url).see("world/worlds")


@pytest.mark.parametrize("peers", ["10.0.0.2:8426", "ftp://a", "http://a b", "http://"])
def test_what_is_no_address_of_a_member_is_refused_at_the_start(peers: str) -> None:
    said = from_environment({"SANDBOX_PEERS": f"http://a:8426/, {peers}"})
    with pytest.raises(BadSetting) as refused:
        create_app(said)
    must = "an address must be like http://10.0.0.2:8426"
    assert str(refused.value) == f"SANDBOX_PEERS has {peers.rstrip('/')!r}; {must}"
