"""`/sessions/v1`."""

from sandbox.lean import schemas
from sandbox.lean.openapi import common
from sandbox.lean.openapi.common import UNKNOWN
from sandbox.openapi.description import Answer, Case, Operation, Step

_INTENT = "2eb2632a-5c6f-48b5-b7d1-760805cc46b7"
_SESSION = "e7ee021e-4b84-4ea1-8704-8cdd8ad3f403"
_CREATED = Step(
    "POST",
    "/payments/v1/intents",
    {
        "customer_id": common.NEW_CUSTOMER,
        "amount": 150,
        "currency": "AED",
        "description": "Order 1",
    },
)
_SAMPLE = {
    "customer_id": common.NEW_CUSTOMER,
    "flow": {"type": "PAY", "payload": {"payment_intent_id": _INTENT}},
    "redirect_url": "https://shop.example/thanks?order=1",
}
BEGUN = (_CREATED, Step("POST", "/sessions/v1", _SAMPLE))
"""What makes a session."""
ID = {"session_id": _SESSION}
"""Its id."""


def _to_pay(intent: str) -> dict[str, object]:
    return {"type": "PAY", "payload": {"payment_intent_id": intent}}


OPERATIONS = {
    "create_session": Operation(
        "Create a session",
        [Answer(schemas.sessions.NewSession, 201)],
        _SAMPLE,
        before=[_CREATED],
        takes=schemas.sessions.CreateSession,
        wrong={
            "customer_id": [None, UNKNOWN, common.CUSTOMER],
            "flow": [{"type": "SAVE"}, {"type": "PAY"}, _to_pay(UNKNOWN)],
            "redirect_url": [None, "shop"],
        },
        refused=[
            Case(after=[Step("POST", "/_sandbox/lean/payments", _to_pay(_INTENT)["payload"])])
        ],
        about="The customer pays the intent at `session_url`, and is sent to `redirect_url`.",
    ),
    "get_session": Operation("Get a session", schemas.sessions.Session, ID, before=BEGUN),
}
