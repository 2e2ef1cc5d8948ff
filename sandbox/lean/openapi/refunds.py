"""`/payouts/refunds`."""

from sandbox.lean import schemas
from sandbox.lean.errors import (
    bad_amount,
    duplicated_request,
    missing,
    not_allowed,
    total_exceeded,
    unknown,
)
from sandbox.lean.openapi.common import (
    IDEMPOTENCY_KEY,
    PAYMENT,
    REFUND,
    UNKNOWN,
    bad,
    content,
    failures,
    ok,
    paging,
    word,
)
from sandbox.lean.schemas.common import MOST_ITEMS
from sandbox.openapi.description import Answer, Operation, Sample, array

OPERATIONS = {
    "create_refunds": Operation(
        "Create refunds",
        [Answer(array(schemas.refunds.CreatedRefund, 1, MOST_ITEMS), 201)],
        Sample(
            body=[
                {
                    "payment_id": PAYMENT,
                    "amount": 100,
                    "currency": "AED",
                    "reason_code": "CUSTOMER_REQUEST",
                    "description": "Customer requested refund",
                    "external_reference": "REF123",
                    "beneficiary": {"name": "John Doe", "iban": "AE123456789", "city": "Dubai"},
                }
            ]
        ),
        takes=array(schemas.refunds.CreateRefund, 1, MOST_ITEMS),
        headers=IDEMPOTENCY_KEY,
        failures=failures(
            bad("[0]->reason_code", "BECAUSE"),
            missing("[0]->payment_id"),
            bad_amount("The amount must be greater than zero", "[0]->amount", 0),
            total_exceeded(),
            not_allowed("payouts not configured"),
            not_allowed("payment not reconciled"),
            unknown("payment", UNKNOWN),
            duplicated_request(),
        ),
        about="All of the batch, or none. Amounts are in major units.",
    ),
    "action_refunds": Operation(
        "Approve or reject refunds",
        ok(array(schemas.refunds.ActionedRefund, 1, MOST_ITEMS)),
        Sample(body=[{"refund_id": REFUND, "status": "CONFIRMED"}]),
        takes=array(schemas.refunds.ActionRefund, 1, MOST_ITEMS),
        failures=failures(
            bad("[0]->status", "PAID"),
            missing("[0]->refund_id"),
            not_allowed("refund already actioned"),
            not_allowed("payouts not configured"),
            unknown("refund", UNKNOWN),
        ),
        about="APPROVED (which the guide calls CONFIRMED) or REJECTED. All of the batch, or none.",
    ),
    "list_refunds": Operation(
        "List refunds",
        ok(content(schemas.refunds.Refund)),
        Sample(query={"status": "CONFIRMED"}),
        query={
            "status": word(schemas.refunds.WORDS, "CONFIRMED and APPROVED mean the same."),
            **paging(),
        },
        failures=failures(bad("status", "OPEN")),
        about="Newest first.",
    ),
    "list_reasons": Operation(
        "List the reasons that a refund may have", ok(array(schemas.refunds.Reason))
    ),
    "get_refund": Operation(
        "Get a refund",
        ok(schemas.refunds.Refund),
        Sample({"refund_id": REFUND}),
        failures=failures(bad("refund_id", "abc"), unknown("refund", UNKNOWN)),
    ),
}
