"""Reconciliation on the wire."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from sandbox.engine.store import Document
from sandbox.lean import dates, deposits, payments
from sandbox.lean.dates import Period
from sandbox.lean.errors import invalid
from sandbox.lean.reconciliation import WantedDeposits, WantedPayments
from sandbox.lean.schemas.common import DEFAULT_SIZE, load_object, load_uuid, one_of, required
from sandbox.lean.wire import Amount, Uuid, major, timestamp

MOST_ROWS = 100
_DUBAI = "Asia/Dubai"


class _Span(fields.Field[Period]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Period:
        try:
            return dates.span(value if isinstance(value, str) else "")
        except ValueError as error:
            raise ValidationError(str(error)) from error


class _Dates(Schema):
    class Meta:
        unknown = EXCLUDE

    begin = _Span(required=True, data_key="from")
    end = _Span(required=True, data_key="to")


class _Pagination(Schema):
    class Meta:
        unknown = EXCLUDE

    page_number = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(0, 2**31 - 1)
    )
    results_per_page = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(1, MOST_ROWS)
    )


class _Amounts(Schema):
    class Meta:
        unknown = EXCLUDE

    minimum = Amount(load_default=None, allow_none=True)
    maximum = Amount(load_default=None, allow_none=True)


class _Search(Schema):
    class Meta:
        unknown = EXCLUDE

    payment_initiation_date = fields.Nested(_Dates, required=True)
    pagination = fields.Nested(_Pagination, load_default=None, allow_none=True)
    customer_id = Uuid(load_default=None, allow_none=True)
    status = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(payments.RECONCILIATIONS)
    )
    amount = fields.Nested(_Amounts, load_default=None, allow_none=True)
    search_query = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=255)
    )


_SEARCH = _Search()


def load_search(raw: object) -> tuple[WantedPayments, int, int]:
    """The body of `POST /reconciliation/v1/payments`: what to find, which page, and its size.

    Raises:
        LeanError: 400, naming the field.
    """
    body = load_object(_SEARCH, raw)
    days, amount = body["payment_initiation_date"], body["amount"] or {}
    page = body["pagination"] or {}
    wanted = WantedPayments(
        period=days["begin"].to(days["end"]),
        customer_id=body["customer_id"],
        status=body["status"],
        minimum=amount.get("minimum"),
        maximum=amount.get("maximum"),
        query=body["search_query"] or None,
    )
    return wanted, page.get("page_number") or 0, page.get("results_per_page") or DEFAULT_SIZE


def dump_search(rows: list[Document], total: int, number: int, size: int) -> dict[str, Any]:
    """A page of payments as the search answers it (documented)."""
    return {
        "payments": [dump_reconciliation(payment) for payment in rows],
        "pagination": {"page_number": number, "results_per_page": size, "total_results": total},
    }


def dump_reconciliation(payment: Document) -> dict[str, Any]:
    """A payment as `GET /reconciliation/v1/payments/{payment_id}` answers it (documented)."""
    deposit = payment["deposit"]
    amount = currency = shown = None
    if deposit is not None:
        amount, currency = major(deposit["amount"], deposit["currency"]), deposit["currency"]
        shown = {
            "id": deposit["id"],
            "description": deposit["description"],
            "timestamp": timestamp(deposit["created_at"]),
            "amount": amount,
            "currency_code": currency,
        }
    return {
        "id": payment["id"],
        "customer_id": payment["customer_id"],
        "payment_initiation_timestamp": timestamp(payment["created_at"]),
        "reconciliation": {
            "status": payment["reconciliation"],
            "status_update_timestamp": timestamp(payment["reconciled_at"]),
            "reference": None if deposit is None else payment["bank_transaction_reference"],
            "amount": amount,
            "currency_code": currency,
            "deposit": shown,
        },
    }


# Deposits ---------------------------------------------------------------------------------------


def load_zone(query: Mapping[str, str]) -> tzinfo:
    """The time zone of `GET /reconciliation/v1/deposits`.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    name = "local_timezone" if query.get("local_timezone") else "time_zone"
    text = query.get(name) or _DUBAI
    try:
        return dates.zone_of(text)
    except ValueError as error:
        raise invalid(name, text) from error


def load_deposits(query: Mapping[str, str], zone: tzinfo) -> WantedDeposits:
    """The filters of `GET /reconciliation/v1/deposits`; an empty one is absent.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    source_id = query.get("deposit_source_id")
    return WantedDeposits(
        period=_day(query, "start_date", zone).to(_day(query, "end_date", zone)),
        status=one_of(query, "reconciliation_status", deposits.STATUSES),
        deposit_source_id=load_uuid("deposit_source_id", source_id) if source_id else None,
    )


def _day(query: Mapping[str, str], name: str, zone: tzinfo) -> Period:
    text = required(query, name)
    try:
        return dates.day(text, zone)
    except ValueError as error:
        raise invalid(name, text) from error


def dump_deposit(deposit: Document, zone: tzinfo | None = None) -> dict[str, Any]:
    """A deposit as `GET /reconciliation/v1/deposits` answers it (documented).

    Args:
        deposit: the deposit.
        zone: of its local time; None: Dubai's.
    """
    matched = deposit["status"] == deposits.RECONCILED
    return {
        "id": deposit["id"],
        "description": deposit["description"],
        "amount": major(deposit["amount"], deposit["currency"]),
        "currency": deposit["currency"],
        "bank_deposit_reference": deposit["bank_deposit_reference"],
        "timestamp": timestamp(deposit["created_at"]),
        "local_timestamp": dates.local(deposit["created_at"], zone or dates.zone_of(_DUBAI)),
        "beneficiary_account": deposit["beneficiary"],
        "reconciliation": {
            "status": deposits.RECONCILED if matched else deposits.NOT_RECONCILED,
            "payment_id": deposit["payment_id"] if matched else None,
        },
        "deposit_source_id": deposit["deposit_source_id"],
    }
