"""`/payouts/refunds`."""

from sandbox.lean import schemas
from sandbox.lean.openapi import common
from sandbox.lean.openapi.common import NOT_CONFIGURED, UNKNOWN
from sandbox.lean.schemas.common import MOST_ITEMS
from sandbox.openapi.description import Answer, Case, Operation, Step, array, word

_PAYOUTS_ALONE = Step("PATCH", "/_sandbox/lean/application", {"products": ["payouts"]})

OPERATIONS = {
    "create_refunds": Operation(
        "Create refunds",
        [Answer(array(schemas.refunds.CreatedRefund, 1, MOST_ITEMS), 201)],
        {
            "idempotency-key": "order-17",
            "payment_id": common.PAYMENT,
            "amount": 100,
            "reason_code": "CUSTOMER_REQUEST",
        },
        takes=array(schemas.refunds.CreateRefund, 1, MOST_ITEMS),
        headers=common.IDEMPOTENCY_KEY,
        wrong={
            "reason_code": ["BECAUSE"],
            "payment_id": [None, UNKNOWN],
            "amount": [0, 100.001, 500.01],
        },
        refused=[
            NOT_CONFIGURED,
            Case(after=[_PAYOUTS_ALONE]),
            Case({"payment_id": common.UNRECONCILED}),
            Case({"amount": 99}, again=True),
        ],
        about="All of the batch, or none. Amounts are in major units.",
    ),
    "action_refunds": Operation(
        "Approve or reject refunds",
        array(schemas.refunds.ActionedRefund, 1, MOST_ITEMS),
        {"refund_id": common.REFUND, "status": "CONFIRMED"},
        takes=array(schemas.refunds.ActionRefund, 1, MOST_ITEMS),
        wrong={"status": ["PAID"], "refund_id": [None, UNKNOWN]},
        refused=[Case(again=True), NOT_CONFIGURED],
        about="APPROVED (which the guide calls CONFIRMED) or REJECTED. All of the batch, or none.",
    ),
    "list_refunds": Operation(
        "List refunds",
        common.content(schemas.refunds.Refund),
        {"status": "CONFIRMED"},
        query={
            "status": word(schemas.refunds.WORDS, "CONFIRMED and APPROVED mean the same."),
            **common.paging(),
        },
        wrong={"status": ["OPEN"]},
        about="Newest first.",
    ),
    "list_reasons": Operation(
        "List the reasons that a refund may have", array(schemas.refunds.Reason)
    ),
    "get_refund": Operation("Get a refund", schemas.refunds.Refund, {"refund_id": common.REFUND}),
}
