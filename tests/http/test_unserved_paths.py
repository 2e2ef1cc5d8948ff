"""What is not served is not found, in the words of the provider that is meant."""

import pytest
import requests

from tests.kit import LAHZA, LEAN, Box

A_JWT = {"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln"}
LEANS = [
    "/schedules",
    "/data/v2/accounts",
    "/verifications/v1/name",
    "/payouts/v1/bulk-payments",
    "/payouts/v1/split-payments",
]
LAHZAS = ["/page", "/customer", "/plan/1", "/bank", "/subaccount", "/capture"]


def is_leans(answer: requests.Response) -> bool:
    assert (answer.status_code, answer.headers.get("Allow")) == (404, None)
    body = answer.json()
    has_headers = "lean-correlation-id" in answer.headers
    return (body["status"], "message" in body, has_headers) == ("INVALID_URL", True, True)


def is_lahzas(answer: requests.Response) -> bool:
    assert answer.status_code == 404
    return bool(answer.json() == {"status": False, "message": "Not found"})


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_a_provider_has_besides_is_not_found_in_its_words(box: Box, method: str) -> None:
    for path in LEANS:
        assert is_leans(box.anyone.call(method, path)), path
        assert is_leans(box.anyone.call(method, f"/w/other/{path}")), path
    for path in LAHZAS:
        assert is_lahzas(box.anyone.call(method, path)), path
        assert is_lahzas(box.lahza.call(method, path)), path


@pytest.mark.parametrize("path", ["/orders", "/v1/orders/7", "/api"])
def test_of_a_path_that_is_nobodys_the_credentials_decide(box: Box, path: str) -> None:
    for credentials in (LEAN, A_JWT, {"lean-app-token": "x"}):
        assert is_leans(requests.get(box.url + path, headers=credentials))
    for credentials in (LAHZA, {"Authorization": "bearer pk_live_x"}):
        assert is_lahzas(requests.get(box.url + path, headers=credentials))


@pytest.mark.parametrize("path", ["/orders", "/_sandbox/nothing", "/w", "/w/a.b/_sandbox/nothing"])
@pytest.mark.parametrize("credentials", [{}, LAHZA, A_JWT])
def test_all_else_that_is_not_found_is_a_problem(
    box: Box, path: str, credentials: dict[str, str]
) -> None:
    if path == "/orders" and credentials:
        credentials = {"Authorization": "Bearer something"}
    answer = requests.get(box.url + path, headers=credentials)

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code in (400, 404)


def test_an_unserved_path_makes_no_world_and_is_written_down(box: Box) -> None:
    box.anyone.get("/w/unheard/data")
    names = [world["name"] for world in box.admin.get("/worlds").json()["worlds"]]
    box.lahza.get("/plan")
    [entry] = box.admin.get("/requests").json()["requests"]

    assert "unheard" not in names
    assert (entry["provider"], entry["path"], entry["status"]) == ("lahza", "/plan", 404)


def test_a_provider_that_is_down_is_down_for_what_is_not_served_too(box: Box) -> None:
    box.on("provider-down")

    assert box.lean.get("/data").status_code == 503
    assert box.lahza.get("/plan").status_code == 503
