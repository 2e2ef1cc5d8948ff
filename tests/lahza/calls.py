"""What these tests ask Lahza for, and how they sum the answers up."""

from typing import Any

import requests

from tests.kit import Api, Box

SUCCESS = 1004700001
"""The fixture lahza.transactions.success: 10000 ILS, fixture-success."""
PARTLY_REFUNDED = 1004700004
"""The fixture lahza.transactions.partly_refunded: 6000 of 10000 are left."""
MORE_THAN_LEFT = "Refund amount cannot be more than the original transaction amount"
NOTHING_LEFT = "Transaction has been fully reversed"
POOR = "Insufficient balance to fulfill this refund. Please top up."


def queued(box: Box, transaction: Any, **values: Any) -> dict[str, Any]:
    """A new refund, as `data` of the answer."""
    answer = box.lahza_refund(transaction, **values)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def refused(http: int, message: str) -> tuple[int, dict[str, Any]]:
    """What `seen` sees of an error, all of its body."""
    return http, {"status": False, "message": message}


def seen(answer: requests.Response) -> tuple[int, Any]:
    """An answer's status and body."""
    return answer.status_code, answer.json()


def rows(api: Api, query: str = "", **rest: Any) -> list[dict[str, Any]]:
    """The rows of the list of refunds."""
    answer = api.get(f"/refund{query}", **rest)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def ids(api: Api, path: str, **rest: Any) -> list[int]:
    """The ids in a list."""
    answer = api.get(path, **rest)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["data"]]


def settle(box: Box, refund_id: int, status: str) -> requests.Response:
    """Decide a refund's outcome now."""
    return box.admin.post(f"/lahza/refunds/{refund_id}/settle", {"status": status})


def verified(box: Box, transaction: int) -> str:
    """A transaction's status."""
    return str(box.lahza.get(f"/transaction/{transaction}").json()["data"]["status"])


def switch(box: Box, **switches: Any) -> None:
    """Change Lahza's settings."""
    answer = box.admin.patch("/settings", {"lahza": switches})
    assert answer.status_code == 200, answer.text
