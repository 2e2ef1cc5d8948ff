"""Lean's part of the admin API: the payer, the bank, and what Lean has set up."""

from typing import Any

from flask import Blueprint, Response

from sandbox.http.admin_requests import load, load_amount
from sandbox.http.bodies import json_response
from sandbox.http.current import base_url, this_call
from sandbox.http.problems import Problem
from sandbox.lean import (
    application,
    links,
    payer,
    payments,
    schemas,
    sessions,
    sources,
    usages,
)
from sandbox.lean.errors import LeanError
from sandbox.lean.intents import INTENTS
from sandbox.lean.payments import PAYMENTS
from sandbox.lean.wire import DECIMALS

control = Blueprint("lean_control", __name__)


@control.errorhandler(LeanError)
def _unknown(error: LeanError) -> Response:
    return Problem(error.http, error.message).response()


@control.errorhandler(payer.Contradiction)
def _contradiction(error: payer.Contradiction) -> Response:
    return Problem(400, str(error), error.field).response()


def _checked(values: dict[str, Any], status: str, currency: str) -> dict[str, Any]:
    """The values of a payment, with the amount in minor units, and `deposit_after`.

    Args:
        values: as loaded.
        status: the payment's, unless another is given.
        currency: likewise.
    """
    if "amount" in values:
        decimals = DECIMALS[values.get("currency", currency)]
        values["amount"] = load_amount(values["amount"], decimals)
    status = values.get("status", status)
    if "failure_code" in values and status != "FAILED":
        raise Problem(400, "only a payment that is FAILED has one", "failure_code")
    for key in ("reconciliation", "reconcile_after"):
        if key in values and status not in payments.UNDER_WAY:
            raise Problem(400, "no money is under way in that status, so none can arrive", key)
    if "reconcile_after" in values:
        if values.get("reconciliation") == "RECONCILED":
            raise Problem(400, "it would be reconciled already", "reconcile_after")
        values["deposit_after"] = values.pop("reconcile_after")
    return values


@control.post("/payments")
def create_payment() -> Response:
    call, values = this_call(), load(schemas.control.PAYMENT)
    currency = "AED"
    if "payment_intent_id" in values:
        currency = INTENTS.stored(call, values["payment_intent_id"])["currency"]
    values = _checked(values, "ACCEPTED_BY_BANK", currency)
    if "description" in values:
        values["reason"] = values.pop("description")
    return json_response(schemas.payments.PAYMENT.dump(payer.pay(call, values)), 201)


@control.patch("/payments/<payment_id>")
def change_payment(payment_id: str) -> Response:
    call = this_call()
    stored = PAYMENTS.stored(call, payment_id.lower())
    values = _checked(load(schemas.control.CHANGE), stored["status"], stored["currency"])
    return json_response(schemas.payments.PAYMENT.dump(payer.change(call, stored["id"], values)))


@control.post("/deposits")
def create_deposit() -> Response:
    call, values = this_call(), load(schemas.control.DEPOSIT)
    payment, amount = PAYMENTS.stored(call, values["payment_id"]), values["amount"]
    if amount is not None:
        amount = load_amount(amount, DECIMALS[payment["currency"]])
    deposit = payer.deposit(call, payment["id"], amount, values["after"])
    return json_response(schemas.reconciliation.dump_deposit(deposit), 201)


@control.post("/payment-sources")
def create_source() -> Response:
    source = sources.create(this_call(), load(schemas.control.SOURCE))
    return json_response(schemas.sources.dump_source(source), 201)


@control.post("/payment-sources/<payment_source_id>/beneficiaries")
def add_beneficiary(payment_source_id: str) -> Response:
    values = load(schemas.control.BENEFICIARY)
    source = sources.add_beneficiary(this_call(), payment_source_id.lower(), values)
    return json_response(schemas.sources.dump_source(source), 201)


@control.patch("/application")
def change_application() -> Response:
    return json_response(application.change(this_call(), load(schemas.control.APPLICATION)))


# What customers do on the pages below /secure -----------------------------------------------------


def _decision() -> dict[str, Any]:
    """The bank of a customer who says yes, and what it says."""
    return _checked(load(schemas.control.DECISION), "ACCEPTED_BY_BANK", "AED")


@control.post("/sessions/<session_id>/pay")
def pay_session(session_id: str) -> Response:
    payment = sessions.pay(this_call(), session_id.lower(), _decision())
    return json_response(schemas.payments.PAYMENT.dump(payment), 201)


@control.post("/sessions/<session_id>/decline")
def decline_session(session_id: str) -> Response:
    load(schemas.control.NOTHING)
    session = sessions.decline(this_call(), session_id.lower())
    return json_response(schemas.sessions.dump(session, base_url()))


@control.post("/payment-links/<payment_link_id>/usages")
def begin_usage(payment_link_id: str) -> Response:
    call, values = this_call(), load(schemas.control.USAGE)
    link = links.get(call, payment_link_id.lower())
    typed = usages.read_identifiers(link, values["identifiers"])
    for n, reason in typed.wrong.items():
        raise Problem(400, _WRONG[reason], f"identifiers.{n}")
    usage = usages.begin(call, link["id"], typed.identifiers)
    return json_response(schemas.links.USAGE.dump(usage), 201)


_WRONG = {
    "missing": "the link requires it",
    "long": "longer than the link lets it be",
    "EMAIL": "not an email address",
    "MOBILE_PHONE": "not a phone number of 7 to 15 digits",
}


@control.post("/payment-links/<payment_link_id>/usages/<usage_id>/pay")
def pay_usage(payment_link_id: str, usage_id: str) -> Response:
    link_id, usage_id = payment_link_id.lower(), usage_id.lower()
    payment = usages.pay(this_call(), link_id, usage_id, _decision())
    return json_response(schemas.payments.PAYMENT.dump(payment), 201)


@control.post("/payment-links/<payment_link_id>/usages/<usage_id>/decline")
def decline_usage(payment_link_id: str, usage_id: str) -> Response:
    load(schemas.control.NOTHING)
    usage = usages.decline(this_call(), payment_link_id.lower(), usage_id.lower())
    return json_response(schemas.links.USAGE.dump(usage))
