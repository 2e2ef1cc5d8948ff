"""Payment links and their usages: their wire, their states, and what their rules refuse."""

from typing import Any

import pytest

from tests.kit import Box
from tests.lean.calls import BACK, DEFAULT, NEW, NOBODY, error, link, pay, told

DETAILS = {"reference": "Order 1", "currency": "AED", "amount": 100}
EMAIL = {"type": "EMAIL", "display_label": "Your email", "required": True, "limit": 40}
PHONE = {"type": "MOBILE_PHONE", "required": False}
USAGES = "/lean/payment-links/{}/usages"


def read(box: Box, link_id: str) -> dict[str, Any]:
    return dict(box.lean.get(f"/payment-links/v1/{link_id}").json())


def state(box: Box, link_id: str) -> tuple[str, int]:
    found = read(box, link_id)
    return found["status"], found["current_usages"]


def begin(box: Box, link_id: str, *identifiers: str | None) -> dict[str, Any]:
    answer = box.admin.post(USAGES.format(link_id), {"identifiers": list(identifiers)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def usage_of(box: Box, usage: dict[str, Any]) -> dict[str, Any]:
    path = f"/payment-links/v1/{usage['payment_link_id']}/usages/{usage['usage_id']}"
    return dict(box.lean.get(path).json())


def answer_bank(box: Box, usage: dict[str, Any], answer: str, **body: str) -> tuple[int, Any]:
    path = USAGES.format(usage["payment_link_id"])
    answered = box.admin.post(f"{path}/{usage['usage_id']}/{answer}", body)
    return answered.status_code, answered.json()


def test_a_link_key_by_key(box: Box) -> None:
    """Documented, by an example of the answer to POST."""
    details = {**DETAILS, "payment_purpose": "RNT", "amount": 35.5}
    made = link(
        box,
        payment_details=details,
        name="Rent",
        max_usages=2,
        expires_at="2026-06-01T04:00:00+04:00",
        redirect_url=BACK,
        customer_id=NEW,
        identifiers=[EMAIL, PHONE],
    )
    page = made["link"].removeprefix(f"{box.url}/secure/pay/")

    assert list(made.items()) == [
        ("id", made["id"]),
        ("link", made["link"]),
        ("status", "ACTIVE"),
        ("current_usages", 0),
        ("name", "Rent"),
        ("max_usages", 2),
        ("expires_at", "2026-06-01T00:00:00Z"),
        ("redirect_url", BACK),
        ("customer_id", NEW),
        ("payment_details", made["payment_details"]),
        ("identifiers", made["identifiers"]),
    ]
    assert page not in (made["link"], made["id"])
    assert list(made["payment_details"].items()) == [
        ("destination_id", DEFAULT),
        ("reference", "Order 1"),
        ("currency", "AED"),
        ("amount", 35.5),
        ("payment_purpose", "RNT"),
    ]
    shown = {"type": "MOBILE_PHONE", "display_label": None, "required": False}
    assert [list(each.items()) for each in made["identifiers"]] == [
        list(EMAIL.items()),
        list(shown.items()),
    ]
    assert read(box, made["id"]) == made


def test_what_is_left_out_or_null(box: Box) -> None:
    nulls = dict.fromkeys(
        ("name", "max_usages", "expires_at", "redirect_url", "customer_id", "identifiers")
    )
    for made in (link(box), link(box, **nulls)):
        assert (made["max_usages"], made["expires_at"], made["identifiers"]) == (1000, None, [])
        assert made["name"] is made["redirect_url"] is made["customer_id"] is None


def test_the_lists_are_in_pages(box: Box) -> None:
    made = [link(box, name=f"{n}") for n in range(3)]
    answer = box.lean.get("/payment-links/v1?page=1&size=2").json()
    assert answer["content"] == [made[0]]
    assert list(answer["page"].items()) == [
        ("size", 2),
        ("number", 1),
        ("total_elements", 3),
        ("total_pages", 2),
    ]
    begun = [begin(box, made[0]["id"]) for _ in range(3)]
    answer = box.lean.get(f"/payment-links/v1/{made[0]['id']}/usages?size=1").json()
    assert answer["content"] == [begun[2]]
    assert list(answer["page"].items()) == [
        ("number", 0),
        ("size", 1),
        ("total_elements", 3),
        ("total_pages", 3),
    ]
    assert box.lean.get("/payment-links/v1").json()["page"]["size"] == 50
    assert error(box.lean.get("/payment-links/v1?size=101"))[:2] == (400, "INVALID_PARAMETERS")


def test_a_usage_key_by_key(box: Box) -> None:
    made = link(box, identifiers=[EMAIL, PHONE], max_usages=2)
    usage = begin(box, made["id"], " a@b.co ", "+971 50-123 4567")

    assert list(usage.items()) == [
        ("usage_id", usage["usage_id"]),
        ("payment_link_id", made["id"]),
        ("usage_status", "STARTED"),
        ("customer_id", usage["customer_id"]),
        ("payment_id", None),
        ("payment_status", None),
        ("identifiers", usage["identifiers"]),
    ]
    assert [list(each.items()) for each in usage["identifiers"]] == [
        [("type", "EMAIL"), ("display_label", "Your email"), ("value", "a@b.co")],
        [("type", "MOBILE_PHONE"), ("display_label", None), ("value", "+971501234567")],
    ]
    assert told(box) == [("payment_intent.created", "INTENT_CREATED")]
    status, payment = answer_bank(box, usage, "pay", bank_identifier="LEANMB1")
    assert (status, payment["amount"], payment["status"]) == (201, 100, "ACCEPTED_BY_BANK")
    paid = usage_of(box, usage)
    assert (paid["usage_status"], paid["payment_id"]) == ("PAYMENT_CREATED", payment["id"])
    assert paid["payment_status"] == "ACCEPTED_BY_BANK"
    assert state(box, made["id"]) == ("ACTIVE", 1)


def test_a_payer_is_known_again_by_what_he_says(box: Box) -> None:
    made = link(box, identifiers=[EMAIL])
    one, again, other = (begin(box, made["id"], f"{who}@b.co") for who in ("a", "a", "c"))
    assert one["customer_id"] == again["customer_id"] != other["customer_id"]
    customer = box.lean.get(f"/customers/v1/{one['customer_id']}").json()
    assert customer["app_user_id"] == "a@b.co"

    anonymous = [begin(box, link(box)["id"]) for _ in range(2)]
    assert len({usage["customer_id"] for usage in anonymous}) == 2
    assert begin(box, link(box, customer_id=NEW)["id"])["customer_id"] == NEW


@pytest.mark.parametrize(
    ("typed", "field", "reason"),
    [
        ([], "identifiers.0", "the link requires it"),
        ([None], "identifiers.0", "the link requires it"),
        (["  "], "identifiers.0", "the link requires it"),
        (["me"], "identifiers.0", "not an email address"),
        (["a@b"], "identifiers.0", "not an email address"),
        (["a" * 36 + "@b.co"], "identifiers.0", "longer than the link lets it be"),
        (["a@b.co", "123456"], "identifiers.1", "not a phone number of 7 to 15 digits"),
    ],
)
def test_what_a_payer_may_not_say(
    box: Box, typed: list[str | None], field: str, reason: str
) -> None:
    made = link(box, identifiers=[EMAIL, PHONE])
    answer = box.admin.post(USAGES.format(made["id"]), {"identifiers": typed})
    body = answer.json()
    assert (answer.status_code, body["field"], body["reason"]) == (400, field, reason)
    assert box.lean.get(f"/payment-links/v1/{made['id']}/usages").json()["content"] == []


def test_a_link_is_used_up_by_payments_that_succeed(box: Box) -> None:
    made = link(box, max_usages=1)
    refused, declined, paid, late = (begin(box, made["id"]) for _ in range(4))
    answer_bank(box, refused, "pay", status="FAILED", failure_code="INSUFFICIENT_BALANCE")
    assert answer_bank(box, declined, "decline")[1]["usage_status"] == "FAILED"
    assert state(box, made["id"]) == ("ACTIVE", 0)
    answer_bank(box, paid, "pay", status="PENDING_WITH_BANK")
    assert state(box, made["id"]) == ("USED", 1)

    assert (usage_of(box, refused)["usage_status"], usage_of(box, refused)["payment_status"]) == (
        "FAILED",
        "FAILED",
    )
    assert usage_of(box, declined)["payment_id"] is None
    assert answer_bank(box, late, "pay")[1]["detail"] == "the payment link is USED"
    for usage, was in ((refused, "FAILED"), (declined, "FAILED"), (paid, "PAYMENT_CREATED")):
        for answer in ("pay", "decline"):
            status, problem = answer_bank(box, usage, answer)
            assert (status, problem["detail"]) == (409, f"the usage is {was}")
    assert box.admin.post(USAGES.format(made["id"])).status_code == 409


def test_what_becomes_of_the_payment_becomes_of_the_usage(box: Box) -> None:
    made = link(box, max_usages=1)
    usage = begin(box, made["id"])
    _, payment = answer_bank(box, usage, "pay", status="AWAITING_APP_AUTH")
    box.advance("1h")
    assert (usage_of(box, usage)["usage_status"], usage_of(box, usage)["payment_id"]) == (
        "STARTED",
        None,
    )
    for status, seen, of_link in (
        ("PENDING_WITH_BANK", "PAYMENT_CREATED", ("USED", 1)),
        ("FAILED", "FAILED", ("ACTIVE", 0)),
    ):
        box.admin.patch(f"/lean/payments/{payment['id']}", {"status": status})
        assert (usage_of(box, usage)["usage_status"], state(box, made["id"])) == (seen, of_link)


def test_a_usage_expires_after_30_minutes(box: Box) -> None:
    made = link(box)
    usage = begin(box, made["id"])
    box.advance("30m")
    assert usage_of(box, usage)["usage_status"] == "STARTED"
    box.admin.put("/snapshots/before")
    box.advance("1s")
    assert usage_of(box, usage)["usage_status"] == "EXPIRED"
    assert answer_bank(box, usage, "pay")[1]["detail"] == "the usage is EXPIRED"
    box.admin.post("/snapshots/before/restore")
    assert answer_bank(box, usage, "pay")[0] == 201
    box.admin.post("/reset")
    assert box.lean.get("/payment-links/v1").json()["content"] == []


def test_a_link_expires_by_the_worlds_time_and_stays_so(box: Box) -> None:
    made = link(box, expires_at="2026-05-13T12:00:00Z")
    box.admin.post("/clock/advance", {"to": "2026-05-13T11:59:59Z"})
    assert state(box, made["id"]) == ("ACTIVE", 0)
    usage = begin(box, made["id"])
    box.advance("1s")

    assert state(box, made["id"]) == ("EXPIRED", 0)
    assert answer_bank(box, usage, "pay")[0] == 409
    for status, wanted in (("ACTIVE", 403), ("DISABLED", 200)):
        answer = box.lean.put(f"/payment-links/v1/{made['id']}", {"status": status})
        assert answer.status_code == wanted
        assert state(box, made["id"]) == ("EXPIRED", 0)


def test_a_link_is_switched_off_and_on(box: Box) -> None:
    made = link(box)
    path = f"/payment-links/v1/{made['id']}"
    assert box.lean.put(path, {"status": "DISABLED"}).json() == {**made, "status": "DISABLED"}
    assert box.admin.post(USAGES.format(made["id"])).json()["detail"] == (
        "the payment link is DISABLED"
    )
    assert box.lean.put(path, {"status": "ACTIVE"}).json() == made
    for status, word in (("USED", "INVALID_PARAMETERS"), (None, "MISSING_PARAMETERS")):
        assert error(box.lean.put(path, {"status": status}))[:2] == (400, word)


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"payment_details": None}, (400, "MISSING_PARAMETERS", "payment_details")),
        *(
            ({"payment_details": {**DETAILS, **values}}, answer)
            for values, answer in (
                ({"reference": None}, (400, "MISSING_PARAMETERS", "payment_details->reference")),
                ({"currency": "aed"}, (400, "INVALID_PARAMETERS", "payment_details->currency")),
                ({"amount": "5"}, (400, "INVALID_PARAMETERS", "payment_details->amount")),
                ({"amount": 0}, (400, "INVALID_AMOUNT", "payment_details->amount")),
                ({"amount": 1.001}, (400, "INVALID_AMOUNT", "payment_details->amount")),
                ({"amount": 10**6 + 1}, (400, "AMOUNT_OVER_MAX_VALUE", "payment_details->amount")),
                (
                    {"payment_purpose": "XXX"},
                    (400, "INVALID_PARAMETERS", "payment_details->payment_purpose"),
                ),
                ({"destination_id": NOBODY}, (404, "UNKNOWN_PAYMENT_DESTINATION", None)),
            )
        ),
        *(
            ({"max_usages": value}, (400, "INVALID_PARAMETERS", "max_usages"))
            for value in (0, 1.5, True, "1", 2**31)
        ),
        *(
            ({"expires_at": value}, (400, "INVALID_PARAMETERS", "expires_at"))
            for value in ("tomorrow", "2026-05-13T11:50:42Z", 7)
        ),
        ({"redirect_url": "shop"}, (400, "INVALID_PARAMETERS", "redirect_url")),
        ({"customer_id": NOBODY}, (404, "UNKNOWN_CUSTOMER", None)),
        *(
            ({"identifiers": [EMAIL, {**PHONE, **values}]}, answer)
            for values, answer in (
                ({"type": "NAME"}, (400, "INVALID_PARAMETERS", "identifiers->[1]->type")),
                ({"type": None}, (400, "MISSING_PARAMETERS", "identifiers->[1]->type")),
                ({"limit": 256}, (400, "INVALID_PARAMETERS", "identifiers->[1]->limit")),
                ({"limit": 0}, (400, "INVALID_PARAMETERS", "identifiers->[1]->limit")),
                ({"required": 1}, (400, "INVALID_PARAMETERS", "identifiers->[1]->required")),
            )
        ),
        ({"identifiers": [EMAIL] * 21}, (400, "INVALID_PARAMETERS", "identifiers")),
    ],
)
def test_what_makes_none(
    box: Box, values: dict[str, Any], answer: tuple[int, str, str | None]
) -> None:
    status, word, field = error(
        box.lean.post("/payment-links/v1", {"payment_details": DETAILS, **values})
    )
    assert (status, word) == answer[:2]
    assert answer[2] in (None, field.partition(", value")[0])
    assert box.lean.get("/payment-links/v1").json()["content"] == []


def test_unknown_ones_are_404s(box: Box) -> None:
    made, other = link(box), link(box)
    usage = begin(box, made["id"])
    for path, word in (
        (f"/{NOBODY}", "UNKNOWN_PAYMENT_LINK"),
        (f"/{NOBODY}/usages", "UNKNOWN_PAYMENT_LINK"),
        (f"/{made['id']}/usages/{NOBODY}", "UNKNOWN_PAYMENT_LINK_USAGE"),
        (f"/{other['id']}/usages/{usage['usage_id']}", "UNKNOWN_PAYMENT_LINK_USAGE"),
    ):
        assert error(box.lean.get(f"/payment-links/v1{path}"))[:2] == (404, word)


def test_a_scenario_of_the_call_that_made_it_holds_for_its_payments(box: Box) -> None:
    made = link(box, scenario="deposit-never-arrives")
    _, payment = answer_bank(box, begin(box, made["id"]), "pay")
    box.advance("1d")
    found = box.lean.get(f"/reconciliation/v1/payments/{payment['id']}").json()
    assert found["reconciliation"]["status"] == "OUTSTANDING"


def test_an_intent_of_a_link_can_be_paid_as_any_other(box: Box) -> None:
    made = link(box)
    usage = begin(box, made["id"])
    [row] = box.lean.get("/payments/v1/intents?status=INTENT_CREATED&size=1").json()["data"]
    paid = pay(box, payment_intent_id=row["payment_intent_id"])

    assert (row["description"], row["customer_id"]) == ("Order 1", usage["customer_id"])
    assert usage_of(box, usage)["payment_id"] == paid["id"]
    assert state(box, made["id"]) == ("ACTIVE", 1)
