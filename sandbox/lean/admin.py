"""Lean's part of the admin API: the payer, the bank, and what Lean has set up."""

from typing import Any

from flask import Blueprint, Response

from sandbox.http.bodies import json_response
from sandbox.http.control import load, load_amount
from sandbox.http.exchange import this_call
from sandbox.http.problems import Problem
from sandbox.lean import application, payments
from sandbox.lean.errors import LeanError
from sandbox.lean.schemas.control import ApplicationValues, PaymentValues
from sandbox.lean.schemas.payments import PAYMENT
from sandbox.lean.wire import DECIMALS

control = Blueprint("lean_control", __name__)


@control.errorhandler(LeanError)
def _unknown(error: LeanError) -> Response:
    return Problem(error.http, error.message).response()


_PAYMENT = PaymentValues()
_APPLICATION = ApplicationValues()


def _values(status: str, currency: str) -> tuple[dict[str, Any], Any]:
    """The values of a payment, with the amount in minor units, and when it is reconciled.

    Args:
        status: what the payment's is unless another is given; so too the currency.
        currency: see `status`.
    """
    values = load(_PAYMENT)
    reconcile_after = values.pop("reconcile_after", None)
    if "amount" in values:
        decimals = DECIMALS[values.get("currency", currency)]
        values["amount"] = load_amount(values["amount"], decimals)
    under_way = values.get("status", status) in payments.UNDER_WAY
    for key in ("reconciliation", "reconcile_after"):
        given = reconcile_after if key == "reconcile_after" else values.get(key)
        if given is not None and not under_way:
            raise Problem(400, "no money is under way in that status, so none can arrive", key)
    if reconcile_after is not None and values.get("reconciliation") == "RECONCILED":
        raise Problem(400, "it would be reconciled already", "reconcile_after")
    return values, reconcile_after


@control.post("/payments")
def create_payment() -> Response:
    values, reconcile_after = _values("ACCEPTED_BY_BANK", "AED")
    payment = payments.pay(this_call(), values, reconcile_after)
    return json_response(PAYMENT.dump(payment), 201)


@control.patch("/payments/<payment_id>")
def change_payment(payment_id: str) -> Response:
    call = this_call()
    stored = payments.stored(call, payment_id.lower())
    values, reconcile_after = _values(stored["status"], stored["currency"])
    payment = payments.change(call, stored["id"], values, reconcile_after)
    return json_response(PAYMENT.dump(payment))


@control.patch("/application")
def change_application() -> Response:
    return json_response(application.change(this_call(), load(_APPLICATION)))
