"""`/payouts/refunds`."""

from sandbox.lean import schemas
from sandbox.lean.openapi.common import (
    IDEMPOTENCY_KEY,
    NOT_CONFIGURED,
    PAYMENT,
    PAYOUTS_ALONE,
    REFUND,
    UNKNOWN,
    UNRECONCILED,
    content,
    no_such,
    ok,
    paging,
    word,
)
from sandbox.lean.schemas.common import MOST_ITEMS
from sandbox.openapi.description import Answer, Operation, Sample, Step, array

_CREATED = Sample(
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
    ],
    headers={"idempotency-key": "order-17"},
)
_ACTIONED = Sample(body=[{"refund_id": REFUND, "status": "CONFIRMED"}])

OPERATIONS = {
    "create_refunds": Operation(
        "Create refunds",
        [Answer(array(schemas.refunds.CreatedRefund, 1, MOST_ITEMS), 201)],
        _CREATED,
        takes=array(schemas.refunds.CreateRefund, 1, MOST_ITEMS),
        headers=IDEMPOTENCY_KEY,
        refused=[
            _CREATED.but(reason_code="BECAUSE"),
            _CREATED.but(payment_id=None),
            _CREATED.but(amount=0),
            _CREATED.but(amount=100.001),
            _CREATED.but(amount=500.01),
            _CREATED.after(NOT_CONFIGURED),
            _CREATED.after(PAYOUTS_ALONE),
            _CREATED.but(payment_id=UNRECONCILED),
            _CREATED.but(payment_id=UNKNOWN),
            _CREATED.but(amount=99).after(
                Step("POST", "/payouts/refunds", _CREATED.body, headers=_CREATED.headers)
            ),
        ],
        about="All of the batch, or none. Amounts are in major units.",
    ),
    "action_refunds": Operation(
        "Approve or reject refunds",
        ok(array(schemas.refunds.ActionedRefund, 1, MOST_ITEMS)),
        _ACTIONED,
        takes=array(schemas.refunds.ActionRefund, 1, MOST_ITEMS),
        refused=[
            _ACTIONED.but(status="PAID"),
            _ACTIONED.but(refund_id=None),
            _ACTIONED.after(Step("PUT", "/payouts/refunds", _ACTIONED.body)),
            _ACTIONED.after(NOT_CONFIGURED),
            _ACTIONED.but(refund_id=UNKNOWN),
        ],
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
        refused=[Sample(query={"status": "OPEN"})],
        about="Newest first.",
    ),
    "list_reasons": Operation(
        "List the reasons that a refund may have", ok(array(schemas.refunds.Reason))
    ),
    "get_refund": Operation(
        "Get a refund",
        ok(schemas.refunds.Refund),
        Sample({"refund_id": REFUND}),
        refused=no_such("refund_id"),
    ),
}
