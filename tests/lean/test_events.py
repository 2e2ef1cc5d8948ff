"""`GET /events/v1`: what webhooks told of, for those who missed it."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.payouts import destination, payout

NEVER_SENT = (
    "payment_intent.expired payment_source.updated payment_source.beneficiary.updated "
    "bank.availability.updated bank.availability.new bulk_payment_intent.created "
    "bulk_payment_intent.updated entity.created entity.updated entity.reconnected "
    "entity.data.refresh.updated results.ready consent.status.updated "
    "payment.account-on-file.updated transaction.account transaction.account.post_process"
).split()
"""Types that integrations ask for, of which the test below causes none."""


def page(box: Box, query: str = "", number: int = 0, size: int = 50) -> dict[str, Any]:
    answer = box.lean.get(f"/events/v1?page={number}&size={size}{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def seen(box: Box, query: str = "") -> list[tuple[str, str]]:
    return [(event["type"], event["payload"]["status"]) for event in page(box, query)["data"]]


def test_events_are_what_webhooks_said_newest_first(box: Box) -> None:
    payout(box)
    box.advance("1m")
    sent = [d["body"] for d in box.admin.get("/webhooks/deliveries").json()["deliveries"]]

    assert len(sent) == 3
    assert page(box)["data"] == sent[::-1]
    assert list(page(box)["data"][0]) == ["payload", "type", "message", "timestamp", "event_id"]


def test_they_come_in_pages_by_type_and_by_time(box: Box) -> None:
    to = destination(box)
    for _ in range(3):
        payout(box, payment_destination_id=to)
        box.advance("1d")
    everything = page(box)

    assert everything["page"] == {
        "number": 0,
        "size": 50,
        "total_elements": 7,
        "total_pages": 1,
    }
    paged = [event for number in range(4) for event in page(box, "", number, 2)["data"]]
    assert paged == everything["data"]
    assert [word for word, _ in seen(box, "&type=payment.created")] == ["payment.created"] * 3
    for never in NEVER_SENT:
        assert seen(box, f"&type={never}") == []
    assert len(seen(box, "&from=2026-05-14&to=2026-05-14")) == 2
    assert len(seen(box, "&from=2026-05-14T11:50:43.625199Z&type=payment.created")) == 2
    assert len(seen(box, "&to=2026-05-14T11:50:43.625199Z")) == 4


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        (
            "recorded",
            "amount status currency reference consent_id payment_id payment_intent_id "
            "additional_property payment_description",
        ),
        ("with_deposit", "id status amount currency deposit_id"),
    ],
)
def test_what_a_reconciliations_webhook_holds_is_a_setting(box: Box, form: str, keys: str) -> None:
    box.admin.patch("/settings", {"lean": {"reconciliation_payload": form}})
    payment_id = box.payment(amount=50)
    payload = page(box, "&type=payment.reconciliation.updated")["data"][0]["payload"]

    assert " ".join(payload) == keys
    assert payload[keys.split()[0 if form == "with_deposit" else 5]] == payment_id
    assert (payload["amount"], payload["status"]) == (50, "RECONCILED")


def test_they_are_kept_for_ninety_days(box: Box) -> None:
    payout(box, authorize_payment=False)
    box.advance("90d")
    assert len(seen(box)) == 2
    box.advance("0.001ms")

    assert seen(box) == []


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", "MISSING_PARAMETERS", "field: page"),
        ("?page=0", "MISSING_PARAMETERS", "field: size"),
        ("?page=&size=1", "MISSING_PARAMETERS", "field: page"),
        ("?page=0&size=0", "INVALID_PARAMETERS", "field: size, value: 0"),
        ("?page=x&size=1", "INVALID_PARAMETERS", "field: page, value: x"),
        ("?page=0&size=1&type=refund.created", "INVALID_PARAMETERS", "value: refund.created"),
        ("?page=0&size=1&from=x", "INVALID_PARAMETERS", "field: from, value: x"),
        ("?page=0&size=1&to=2026-02-30", "INVALID_PARAMETERS", "field: to, value: 2026-02-30"),
    ],
)
def test_a_bad_query(box: Box, query: str, status: str, field: str) -> None:
    answer = box.lean.get(f"/events/v1{query}")

    assert (answer.status_code, answer.json()["status"]) == (400, status)
    assert answer.json()["message"].endswith(field)
