"""Behind nginx and behind HAProxy: each world has one home, whatever becomes of members."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests

from tests.kit import LAHZA, LEAN
from tests.scaling.proxies import HAPROXY, NGINX, Group, behind

pytestmark = pytest.mark.slow

PROXIES = [NGINX, HAPROXY]
NAMES = [f"pipeline-{number}" for number in range(12)]
FORM = {"grant_type": "client_credentials", "scope": "api", "client_secret": "s"}


@pytest.fixture(scope="module", params=PROXIES, ids=lambda proxy: proxy.name)
def group(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Group]:
    """Two members behind a proxy; a third one has yet to begin."""
    with behind(request.param, tmp_path_factory.mktemp("group"), count=3, begun=2) as group:
        yield group


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def token(group: Group, name: str, path: str = "") -> requests.Response:
    form = {**FORM, "client_id": f"world-{name}"}
    return requests.post(f"{group.url}{path}/oauth2/token", data=form, timeout=60)


def status(group: Group, path: str, headers: dict[str, str]) -> int:
    return requests.get(group.url + path, headers=headers, timeout=60).status_code


def refunds(group: Group, name: str) -> list[int]:
    """The amounts that have been refunded in a world, beside those of the fixtures."""
    answer = group.box.lahza.get(f"/w/{name}/refund")
    assert answer.status_code == 200, answer.text
    return [each["amount"] for each in answer.json()["data"] if each["amount"] < 100]


def refund(group: Group, name: str, amount: int) -> requests.Response:
    """Refund less than any fixture has."""
    body = {"transaction": "fixture-success", "amount": amount}
    return group.box.lahza.post(f"/w/{name}/refund", body)


def test_each_way_to_name_a_world_leads_to_its_one_home(group: Group) -> None:
    for name in NAMES:
        ways = [
            (f"/w/{name}/refund", LAHZA),
            (f"/w/{name}/_sandbox/clock", {}),
            ("/refund", {**LAHZA, "Sandbox-World": name}),
            ("/_sandbox/clock", {"Sandbox-World": name}),
            ("/refund", bearer(f"sk_test_world_{name}")),
            ("/refund", bearer(f"sk_live_world_{name}")),
            ("/payouts/refunds", {"lean-app-token": f"world-{name}"}),
            (
                f"/w/{name}/payouts/refunds",
                bearer(token(group, name, f"/w/{name}").json()["access_token"]),
            ),
        ]
        assert [path for path, headers in ways if status(group, path, headers) != 200] == []
        seen = requests.get(f"{group.url}/w/{name}/_sandbox/requests", timeout=60).json()[
            "requests"
        ]
        assert len(seen) == 7
    homes = group.homes()
    assert {name: len(homes[name]) for name in NAMES} == dict.fromkeys(NAMES, 1)
    assert {home for name in NAMES for home in homes[name]} == set(group.addresses[:2])


def test_a_token_of_leans_needs_the_path_where_the_proxy_cannot_read_it(group: Group) -> None:
    issued = token(group, "by-client")
    sent = bearer(token(group, "by-token", "/w/by-token").json()["access_token"])
    called = requests.get(f"{group.url}/payouts/refunds", headers=sent, timeout=60)
    if group.proxy.reads_claims:
        assert (issued.status_code, called.status_code) == (200, 200)
    else:
        for refused, name in ((issued, "by-client"), (called, "by-token")):
            assert refused.status_code == 400
            said = f"default by the header, {name} by the credentials"
            assert said in refused.json()["message"]
    form = {"more": "x" * 20_000, **FORM, "client_id": "world-by-client"}  # (HAProxy reads 16 KiB)
    refused = requests.post(f"{group.url}/oauth2/token", data=form, timeout=60)
    assert "by-client by the credentials" in refused.json()["message"]
    assert all(len(found) == 1 for name, found in group.homes().items() if name != "default")


def test_credentials_name_no_world_for_the_admin_api(group: Group) -> None:
    sent = {**LEAN, "lean-app-token": "world-nobody", **bearer("sk_test_world_nobody")}
    assert status(group, "/_sandbox/clock", sent) == 200
    assert "nobody" not in group.homes()


def test_what_names_two_worlds_is_refused_as_without_a_proxy(group: Group) -> None:
    for path, sent in (
        ("/w/first/refund", {**LAHZA, "Sandbox-World": "second"}),
        ("/w/first/refund", bearer("sk_test_world_second")),
    ):
        assert status(group, path, sent) == 400
    assert "second" not in group.homes()


def test_links_in_answers_lead_back_through_the_proxy(group: Group) -> None:
    asked = {"email": "a@example.com", "amount": 1000}
    made = group.box.lahza.post("/w/linked/transaction/initialize", asked)
    link = made.json()["data"]["authorization_url"]
    assert link.startswith(f"{group.url}/w/linked/checkout/")
    assert requests.get(link, timeout=60).status_code == 200


def test_a_scenario_can_break_the_connection_off(group: Group) -> None:
    on = {"parameters": {"how": "cut"}}
    assert group.box.admin.put("/scenarios/answer-lost", on, headers={"Sandbox-World": "cut"}).ok
    with pytest.raises(requests.ConnectionError):  # on a connection that has been used
        refund(group, "cut", 10)
    body = {"transaction": "fixture-success", "amount": 9}
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{group.url}/w/cut/refund", json=body, headers=LAHZA, timeout=60)
    assert refunds(group, "cut") == [9, 10]


def test_answers_keep_their_headers(group: Group) -> None:
    answer = group.box.lahza.get("/w/headers/refund")
    assert answer.headers["Server"].startswith("refund-sandbox/")


def test_the_worlds_of_all_members_are_listed(group: Group) -> None:
    for name in NAMES:
        assert refund(group, name, 1).status_code == 200
    listed = group.box.admin.get("/worlds").json()
    names = [world["name"] for world in listed["worlds"]]
    assert set(NAMES) <= set(names)
    assert len(names) == len(set(names))
    assert listed["unanswered"] == [group.addresses[2]]


def test_a_member_that_is_down_keeps_its_worlds_and_the_others_go_on(group: Group) -> None:
    for name in NAMES:
        assert refund(group, name, 11).status_code == 200
    homes = group.homes()
    elsewhere = {world.get("member") for world in group.box.admin.get("/worlds").json()["worlds"]}
    member = 1 if group.addresses[1] in elsewhere else 0  # not the home of the default world
    lost = [name for name in NAMES if homes[name] == [group.addresses[member]]]
    kept = [name for name in NAMES if name not in lost]
    group.kill(member)

    with ThreadPoolExecutor() as at_once:  # (HAProxy takes 3 s for each)
        for _ in range(2):  # and again: the proxy does not learn to go elsewhere
            found = at_once.map(lambda name: status(group, f"/w/{name}/refund", LAHZA), lost[:2])
            assert set(found) == {group.proxy.down}
    assert all(11 in refunds(group, name) for name in kept)
    assert group.box.admin.get("/worlds").json()["unanswered"] == [
        group.addresses[member],
        group.addresses[2],
    ]

    group.begin(member)
    group.await_members()
    assert all(status(group, f"/w/{name}/refund", LAHZA) == 200 for name in lost)
    there = group.homes()
    assert {name: there[name] for name in NAMES} == {name: homes[name] for name in NAMES}


def test_a_member_that_is_killed_comes_back_with_its_worlds(group: Group) -> None:
    for name in NAMES:
        assert refund(group, name, 12).status_code == 200
    group.kill(0)
    group.begin(0)
    group.await_members()
    assert all(12 in refunds(group, name) for name in NAMES)


def test_a_member_that_is_added_takes_new_worlds_and_no_old_one(group: Group) -> None:
    for name in NAMES:
        assert refund(group, name, 13).status_code == 200
    homes = group.homes()
    group.begin(2)
    group.await_members()
    group.add_to_config()

    script, is_over = group.grow(), threading.Event()
    made, waited = list[str](), list[str]()

    def go_on() -> None:
        """New pipelines begin meanwhile."""
        while len(made) < 400 and not is_over.wait(0.05):
            name = f"Meanwhile-{len(made) + len(waited)}"
            body = {"transaction": "fixture-success", "amount": 14}
            with suppress(requests.ConnectionError):
                answer = requests.post(
                    f"{group.url}/w/{name}/refund", json=body, headers=LAHZA, timeout=60
                )
                is_made = answer.status_code == 200
                (made if is_made else waited).append(name)
                assert is_made or (answer.status_code, answer.headers["Retry-After"]) == (503, "1")

    pipelines = threading.Thread(target=go_on)
    pipelines.start()
    try:
        said, _ = script.communicate(timeout=60)
    finally:
        is_over.set()
        pipelines.join()
    assert script.returncode == 0, said
    assert waited
    new = [f"new-{number}" for number in range(24)]
    for name in new:
        assert refund(group, name, 15).status_code == 200

    found = group.homes()
    assert {name for name, at in found.items() if len(at) > 1} <= {"default"}
    assert {name: found[name] for name in NAMES} == {name: homes[name] for name in NAMES}
    assert all(13 in refunds(group, name) for name in NAMES)
    assert all(14 in refunds(group, name) for name in made)
    assert {home for name in new for home in found[name]} == set(group.addresses)
