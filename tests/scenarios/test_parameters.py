"""What the built-in scenarios' parameters narrow down, standing and in the header."""

from typing import Any

import pytest

from tests.kit import Box
from tests.scenarios.calls import (
    OTHER_PAYMENT,
    OTHER_TRANSACTION,
    PAYMENT,
    TRANSACTION,
    give_back,
    lahza,
    lahza_end,
    lean,
    lean_end,
    lean_read,
    pay_back,
)

_PAYMENT_NAMES = [PAYMENT, PAYMENT.upper(), "lean.payments.reconciled"]
_TRANSACTION_NAMES = [
    TRANSACTION,
    str(TRANSACTION),
    "fixture-success",
    "lahza.transactions.success",
]


def _header(name: str, **parameters: Any) -> str:
    return "; ".join([name, *(f"{key}={value}" for key, value in parameters.items())])


@pytest.mark.parametrize("payment", _PAYMENT_NAMES)
@pytest.mark.parametrize("name", ["fully-refunded", "over-refund", "unreconciled-payment"])
def test_a_payment_is_singled_out(box: Box, name: str, payment: str) -> None:
    header = _header(name, payment=payment)
    by_header = [pay_back(box, p, header).status_code for p in (PAYMENT, OTHER_PAYMENT)]
    box.on(name, payment=payment)
    standing = [pay_back(box, p).status_code for p in (PAYMENT, OTHER_PAYMENT)]

    assert by_header == standing
    assert [code < 400 for code in standing] == [False, True]


@pytest.mark.parametrize("transaction", _TRANSACTION_NAMES)
@pytest.mark.parametrize("name", ["fully-refunded", "over-refund", "transaction-not-successful"])
def test_a_transaction_is_singled_out(box: Box, name: str, transaction: Any) -> None:
    header = _header(name, transaction=transaction)
    both = (TRANSACTION, OTHER_TRANSACTION)
    by_header = [give_back(box, t, header).status_code for t in both]
    box.on(name, transaction=transaction)

    assert by_header == [give_back(box, t).status_code for t in both] == [400, 200]


@pytest.mark.parametrize("reference", ["000123", "0", "1234567890123", "007.5"])
def test_a_reference_that_looks_like_a_number_is_still_that_reference(
    box: Box, reference: str
) -> None:
    box.transaction(reference=reference)
    header = _header("fully-refunded", transaction=reference)

    assert give_back(box, reference, header).status_code == 400
    box.on("fully-refunded", transaction=reference)
    assert give_back(box, reference).status_code == 400


@pytest.mark.parametrize("payment", _PAYMENT_NAMES)
@pytest.mark.parametrize(
    ("name", "end"),
    [("refund-stuck", "PENDING_WITH_BANK"), ("refund-rejected-by-bank", "FAILED")],
)
def test_only_the_payments_refunds_are_stuck_or_rejected(
    box: Box, name: str, end: str, payment: str
) -> None:
    box.on(name, payment=payment)

    assert lean_end(box) == end
    assert lean_end(box, payment_id=OTHER_PAYMENT) == "ACCEPTED_BY_BANK"


@pytest.mark.parametrize("transaction", _TRANSACTION_NAMES)
@pytest.mark.parametrize(("name", "end"), [("refund-stuck", "pending"), ("refund-fails", "failed")])
def test_only_the_transactions_refunds_are_stuck_or_fail(
    box: Box, name: str, end: str, transaction: Any
) -> None:
    box.on(name, transaction=transaction)

    assert lahza_end(box) == end
    assert lahza_end(box, transaction=OTHER_TRANSACTION) == "processed"


@pytest.mark.parametrize("name", ["fully-refunded", "over-refund"])
def test_given_a_payment_a_scenario_for_both_is_silent_for_the_other_provider(
    box: Box, name: str
) -> None:
    box.on(name, payment=PAYMENT)
    assert (pay_back(box).status_code, give_back(box).status_code) == (400, 200)

    box.on(name, transaction=TRANSACTION)
    assert (pay_back(box).status_code, give_back(box).status_code) == (201, 400)

    box.on(name, payment=PAYMENT, transaction=TRANSACTION)
    assert (pay_back(box).status_code, give_back(box).status_code) == (400, 400)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("provider-down", 503), ("rate-limited", 429), ("invalid-credentials", 401)],
)
def test_a_provider_is_singled_out(box: Box, name: str, refusal: int) -> None:
    box.on(name, provider="lahza")
    assert (lean(box)[:3], lahza(box)[:3]) == ("201", str(refusal))

    box.on(name, provider="lean")
    assert (lean(box)[:3], lahza(box)[:3]) == (str(refusal), "200")


@pytest.mark.parametrize("name", ["provider-down", "rate-limited"])
@pytest.mark.parametrize(
    ("given", "header"), [({}, "1"), ({"retry_after": "2m"}, "120"), ({"retry_after": 7}, "7")]
)
def test_a_refusal_for_a_while_says_for_how_long(
    box: Box, name: str, given: dict[str, Any], header: str
) -> None:
    box.on(name, **given)
    answers = [pay_back(box), give_back(box), box.lahza.get("/refund")]

    assert [answer.headers["Retry-After"] for answer in answers] == [header] * 3


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("provider-down", 503),
        ("rate-limited", 429),
        ("invalid-credentials", 401),
        ("answer-lost", 504),
    ],
)
def test_a_scenario_for_some_requests_counts_them_down(box: Box, name: str, refusal: int) -> None:
    box.on(name, times=2)
    codes = [pay_back(box).status_code for _ in range(4)]
    box.on(name, times=1)
    again = [pay_back(box).status_code for _ in range(2)]

    assert codes == [refusal, refusal, 201, 201]
    assert again == [refusal, 201]


@pytest.mark.parametrize(
    ("name", "end"),
    [("refund-rejected-by-bank", "FAILED"), ("refund-stuck", "PENDING_WITH_BANK")],
)
def test_a_scenario_for_some_refunds_of_leans_counts_them_down(
    box: Box, name: str, end: str
) -> None:
    box.on(name, times=1, payment=PAYMENT)
    ends = [lean_end(box, payment_id=p) for p in (OTHER_PAYMENT, PAYMENT, PAYMENT)]

    assert ends == ["ACCEPTED_BY_BANK", end, "ACCEPTED_BY_BANK"]


@pytest.mark.parametrize(("name", "end"), [("refund-fails", "failed"), ("refund-stuck", "pending")])
def test_a_scenario_for_some_refunds_of_lahzas_counts_them_down(
    box: Box, name: str, end: str
) -> None:
    box.on(name, times=1, transaction=TRANSACTION)
    ends = [lahza_end(box, transaction=t) for t in (OTHER_TRANSACTION, TRANSACTION, TRANSACTION)]

    assert ends == ["processed", end, "processed"]


def test_a_missing_scope_refuses_only_the_calls_that_want_it(box: Box) -> None:
    box.on("missing-permission", scope="payout.write")
    reads = [lean_read(box)[:3], str(box.lean.get("/payouts/refunds").status_code)]

    assert (lean(box), reads) == ("403 INSUFFICIENT_ACCESS_LEVEL", ["200", "200"])


@pytest.mark.parametrize(
    ("status", "gateway"), [("failed", "Declined"), ("abandoned", "The transaction was not")]
)
def test_a_transaction_took_no_money_for_one_reason_or_another(
    box: Box, status: str, gateway: str
) -> None:
    box.on("transaction-not-successful", status=status)
    seen = box.lahza.get(f"/transaction/{TRANSACTION}").json()["data"]

    assert (seen["status"], seen["paid_at"]) == (status, None)
    assert seen["gateway_response"].startswith(gateway)
    assert lahza(box) == "400 Transaction has not been completed"


def test_a_balance_covers_refunds_up_to_it(box: Box) -> None:
    box.on("insufficient-balance", balance=150)

    assert [give_back(box, amount=amount).status_code for amount in (150, 151)] == [200, 400]
    header = "insufficient-balance; balance=99"
    assert [lahza(box, header)[:3], lahza(box)[:3]] == ["400", "200"]


@pytest.mark.parametrize(
    ("given", "was", "moment"),
    [
        ({}, "PENDING_WITH_BANK", "11:51:48"),
        ({"after": "2m"}, "PENDING_WITH_BANK", "11:53:12"),
        ({"at": "approval"}, "APPROVED", "11:51:18"),
        ({"at": "approval", "after": 1}, "APPROVED", "11:50:43"),
    ],
)
def test_the_bank_rejects_a_refund_when_and_where_it_is_told_to(
    box: Box, given: dict[str, Any], was: str, moment: str
) -> None:
    box.on("refund-rejected-by-bank", **given)
    refund_id = pay_back(box, status="APPROVED").json()[0]["refund_id"]
    last = box.advance("1d")[-1]
    refund = box.lean.get(f"/payouts/refunds/{refund_id}").json()

    assert (last["from"], last["to"], last["at"][11:19]) == (was, "FAILED", moment)
    assert (refund["refund_intent_id"] is None) == (was == "APPROVED")


def test_a_refund_of_lahzas_fails_when_it_is_told_to(box: Box) -> None:
    answer = give_back(box, scenario="refund-fails; after=5m").json()["data"]
    events = box.advance("1d")

    assert [(event["to"], event["at"][11:19]) for event in events] == [
        ("processing", "12:50:42"),
        ("failed", "12:55:42"),
    ]
    assert box.lahza_status(answer["id"]) == "failed"
