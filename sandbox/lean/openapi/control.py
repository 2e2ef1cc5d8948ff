"""Lean's part of the admin API."""

from sandbox.lean import schemas
from sandbox.lean.application import PRODUCTS
from sandbox.lean.openapi import account_on_file, common, consents, links, payments, sessions
from sandbox.lean.openapi.common import PARTLY_REFUNDED, UNKNOWN
from sandbox.lean.openapi.payouts import ORDERED
from sandbox.lean.schemas import control
from sandbox.openapi.description import (
    Answer,
    Case,
    Operation,
    Settled,
    Step,
    Values,
    Wrong,
    array,
    record,
)

_PAID: Values = {"bank_identifier": "LEANMB1"}
_WRONG: Wrong = {"bank_identifier": ["LEANMB9"], "failure_code": ["BANK_ISSUE"]}
_ADDED = Step("POST", "/payments/v1/destinations", payments.OPERATIONS["create_destination"].sample)
_PRODUCT = {"type": "string", "enum": list(PRODUCTS)}

OPERATIONS = {
    "create_payment": Operation(
        "A payer pays",
        [Answer(schemas.payments.Payment, 201)],
        {"amount": 80, "reconcile_after": "15m"},
        takes=control.PaymentValues,
        needs_body=False,
        wrong={"amount": [80.005]},
        refused=[
            Case({"payment_intent_id": UNKNOWN, "amount": None}),
            Case({"payment_intent_id": common.INTENT, "amount": None}),
        ],
        about="Without anything: 100 AED, accepted by the bank, reconciled. Amounts are in major "
        "units.",
    ),
    "change_payment": Operation(
        "The payer's bank, or the deposit, thinks again",
        schemas.payments.Payment,
        {"payment_id": common.PAYMENT, "reconciliation": "OUTSTANDING"},
        takes=control.PaymentChange,
        needs_body=False,
        wrong={"amount": [80.005], "payment_id": [UNKNOWN]},
        refused=[
            Case({"payment_id": PARTLY_REFUNDED, "reconciliation": None, "amount": 399}),
            Case({"payment_id": PARTLY_REFUNDED, "reconciliation": None, "currency": "USD"}),
        ],
    ),
    "create_deposit": Operation(
        "Money arrives",
        [Answer(schemas.reconciliation.Deposit, 201)],
        {"payment_id": common.UNRECONCILED, "amount": 249},
        takes=control.DepositValues,
        wrong={"amount": [249.005], "payment_id": [UNKNOWN]},
        about="The payment's own amount, which is the default, reconciles it.",
    ),
    "create_source": Operation(
        "A customer connects an account to pay from",
        [Answer(schemas.sources.Source, 201)],
        {"customer_id": common.NEW_CUSTOMER, "bank_identifier": "LEANMB1", "cool_off": "4h"},
        takes=control.SourceValues,
        wrong={"bank_identifier": ["BANK"], "payment_destination_id": [UNKNOWN]},
        about="The customer's next payment in that currency comes from it.",
    ),
    "add_beneficiary": Operation(
        "A payment source may pay to one more destination",
        [Answer(schemas.sources.Source, 201)],
        {
            "payment_source_id": common.SOURCE,
            "payment_destination_id": "0aa81a31-ae70-4520-838a-d12359dc99da",
        },
        before=[_ADDED],
        takes=control.BeneficiaryValues,
        wrong={"payment_source_id": [UNKNOWN], "payment_destination_id": [None, UNKNOWN]},
        refused=[Case({"payment_destination_id": common.DESTINATION})],
    ),
    "change_application": Operation(
        "Change what Lean has set up for you",
        record(payouts_configured={"type": "boolean"}, products=array(_PRODUCT)),
        {"products": ["payments", "payouts"]},
        takes=control.ApplicationValues,
        needs_body=False,
        wrong={"products": [["data"]]},
    ),
    "pay_session": Operation(
        "A customer says yes on a session's page",
        [Answer(schemas.payments.Payment, 201)],
        {**sessions.ID, **_PAID},
        takes=control.Decision,
        before=sessions.BEGUN,
        needs_body=False,
        wrong={**_WRONG, "session_id": [UNKNOWN]},
        refused=[Case(again=True)],
        about="Without anything: from the first mock bank, which accepts the payment.",
    ),
    "decline_session": Operation(
        "A customer says no on a session's page",
        schemas.sessions.Session,
        sessions.ID,
        takes=control.Nothing,
        before=sessions.BEGUN,
        needs_body=False,
        wrong={"session_id": [UNKNOWN]},
        refused=[Case(after=[Step("POST", "/_sandbox/clock/advance", {"by": "30m"})])],
    ),
    "begin_usage": Operation(
        "A payer fills in a payment link's page",
        [Answer(schemas.links.Usage, 201)],
        {**links.LINK, "identifiers": ["payer@example.com"]},
        takes=control.UsageValues,
        before=links.CREATED,
        needs_body=False,
        wrong={"identifiers": [["payer"]], "payment_link_id": [UNKNOWN]},
        refused=[Case(after=[Step("POST", "/_sandbox/clock/advance", {"by": "7d"})])],
        about="A text for each of the link's identifiers, in their order.",
    ),
    "pay_usage": Operation(
        "He says yes to his bank",
        [Answer(schemas.payments.Payment, 201)],
        {**links.USAGE, **_PAID},
        takes=control.Decision,
        before=links.BEGUN,
        needs_body=False,
        wrong={**_WRONG, "payment_link_id": [UNKNOWN], "usage_id": [UNKNOWN]},
        refused=[Case(again=True)],
    ),
    "decline_usage": Operation(
        "He says no to his bank",
        schemas.links.Usage,
        links.USAGE,
        takes=control.Nothing,
        before=links.BEGUN,
        needs_body=False,
        wrong={"payment_link_id": [UNKNOWN], "usage_id": [UNKNOWN]},
        refused=[Case(again=True)],
    ),
}

SETTLED = {
    "refund": Settled(
        schemas.refunds.Refund,
        {"subject": common.REFUND, "status": "FAILED", "reason": "account closed"},
    ),
    "payout": Settled(
        schemas.payouts.Payout,
        {"subject": "5708f59f-46f8-4cf6-a842-12a0866ac5ec", "status": "PROCESSED"},
        before=ORDERED,
    ),
    "consent": Settled(
        schemas.consents.NewConsent,
        {"subject": consents.ID["consent_id"], "status": "AUTHORISED"},
        before=consents.ASKED,
    ),
    "account-on-file-payment": Settled(
        schemas.account_on_file.AccountOnFilePayment,
        {"subject": account_on_file.ON_FILE, "status": "FAILED", "reason": "account closed"},
        before=consents.PAID,
    ),
    "reconciliation": Settled(
        schemas.reconciliation.ReconciledPayment,
        {"subject": common.UNRECONCILED, "status": "UNRECEIVED"},
    ),
}
