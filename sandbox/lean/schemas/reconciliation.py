"""Reconciliation on the wire."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from functools import partial
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from sandbox.engine.provider.resources import Listing
from sandbox.engine.reading.fields import DATE_OR_TIME, Lenient, Shape, Within, word
from sandbox.engine.store.collections import Document
from sandbox.lean import dates, deposits, payments, reconciliation
from sandbox.lean.dates import Period
from sandbox.lean.schemas.common import (
    DEFAULT_SIZE,
    MOST,
    load,
    load_page,
    one_of,
    optional,
    parsed,
    required,
)
from sandbox.lean.wire import CURRENCY, DECIMALS, Amount, Timestamp, Uuid, to_uuid

MOST_ROWS = 100
_DUBAI = "Asia/Dubai"


class _Span(fields.Field[Period]):
    openapi: ClassVar[Mapping[str, Any]] = DATE_OR_TIME

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Period:
        try:
            return dates.span(value if isinstance(value, str) else "")
        except ValueError as error:
            raise ValidationError(str(error)) from error


class InitiationDates(Lenient):
    """When the payments were made: dates or date-times, both ends included."""

    begin = _Span(required=True, data_key="from")
    end = _Span(required=True, data_key="to")


class Pagination(Lenient):
    """Which page is wanted."""

    page_number = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, MOST))
    results_per_page = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(1, MOST_ROWS)
    )


class AmountRange(Lenient):
    """The amounts wanted, both ends included."""

    minimum = Amount(load_default=None, allow_none=True)
    maximum = Amount(load_default=None, allow_none=True)


class SearchPayments(Lenient):
    """The body of `POST /reconciliation/v1/payments`."""

    payment_initiation_date = fields.Nested(InitiationDates, required=True)
    pagination = fields.Nested(Pagination, load_default=None, allow_none=True)
    customer_id = Uuid(load_default=None, allow_none=True)
    status = word(payments.RECONCILIATIONS, load_default=None, allow_none=True)
    payment_status = word(payments.STATUSES, load_default=None, allow_none=True)
    deposit_match_type = word(reconciliation.MATCHES, load_default=None, allow_none=True)
    banks = fields.List(fields.String(), load_default=None, allow_none=True)
    source_id = Uuid(load_default=None, allow_none=True)
    amount = fields.Nested(AmountRange, load_default=None, allow_none=True)
    search_query = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=255)
    )


_SEARCH = SearchPayments()


def load_search(raw: object) -> Listing:
    """What `POST /reconciliation/v1/payments` asks for.

    Raises:
        LeanError: 400, naming the field.
    """
    body = load(_SEARCH, raw)
    days, amount = body["payment_initiation_date"], body["amount"] or {}
    page = body["pagination"] or {}
    number, size = page.get("page_number") or 0, page.get("results_per_page") or DEFAULT_SIZE
    filters = {
        "customer_id": body["customer_id"],
        "reconciliation": body["status"],
        "minimum": amount.get("minimum"),
        "maximum": amount.get("maximum"),
        "query": body["search_query"] or None,
        **{key: body[key] or None for key in reconciliation.NARROWER},
    }
    return Listing(filters, days["begin"][0], days["end"][1], number * size, size)


class DepositOfPayment(Shape):
    """The money that a payment was reconciled with."""

    id = Uuid()
    description = fields.String(allow_none=True)
    timestamp = Timestamp(attribute="created_at")
    amount = Amount()
    currency_code = word(DECIMALS, attribute="currency")


class Reconciliation(Shape):
    """Whether a payment's money has come; what is not known yet is null."""

    status = word(payments.RECONCILIATIONS, attribute="reconciliation")
    status_update_timestamp = Timestamp(attribute="reconciled_at")
    reference = fields.Function(
        lambda payment: payment["deposit"] and payment["bank_transaction_reference"],
        metadata={"type": ["string", "null"]},
    )
    amount = Amount()
    currency_code = word(
        DECIMALS,
        attribute="deposit.currency",
        dump_default=None,
        allow_none=True,
    )
    deposit = fields.Nested(DepositOfPayment, allow_none=True)


class ReconciledPayment(Shape):
    """A payment as `GET /reconciliation/v1/payments/{payment_id}` answers it (documented)."""

    id = Uuid()
    customer_id = Uuid()
    payment_initiation_timestamp = Timestamp(attribute="created_at")
    reconciliation = Within(Reconciliation)


class FoundPage(Shape):
    """Which page of what was found this is."""

    page_number = fields.Integer()
    results_per_page = fields.Integer()
    total_results = fields.Integer()


class Found(Shape):
    """A page of payments as the search answers it (documented)."""

    payments = fields.List(fields.Nested(ReconciledPayment))
    pagination = fields.Nested(FoundPage)


RECONCILIATION = ReconciledPayment()
_FOUND = Found()


def dump_search(rows: Sequence[Document], total: int, asked: Listing) -> dict[str, Any]:
    """A page of payments."""
    number, size = asked.offset // asked.size, asked.size
    page = {"page_number": number, "results_per_page": size, "total_results": total}
    return dict(_FOUND.dump({"payments": rows, "pagination": page}))


# Deposits ---------------------------------------------------------------------------------------


def load_zone(query: Mapping[str, str]) -> tzinfo:
    """The time zone of `GET /reconciliation/v1/deposits`.

    Raises:
        LeanError: 400 INVALID_PARAMETERS.
    """
    name = "local_timezone" if query.get("local_timezone") else "time_zone"
    return parsed(dates.zone_of, name, query.get(name) or _DUBAI)


def load_deposits(query: Mapping[str, str], zone: tzinfo) -> Listing:
    """What `GET /reconciliation/v1/deposits` asks for; an empty filter is absent.

    Raises:
        LeanError: 400 MISSING_PARAMETERS, INVALID_PARAMETERS.
    """
    first, last = (
        parsed(partial(dates.day, zone=zone), name, required(query, name))
        for name in ("start_date", "end_date")
    )
    filters = {
        "status": one_of(query, "reconciliation_status", deposits.STATUSES),
        "deposit_source_id": optional(to_uuid, query, "deposit_source_id"),
    }
    return Listing(filters, first[0], last[1], *load_page(query, most=MOST_ROWS))


class AccountOfDeposit(Shape):
    """The account that money arrived on."""

    account_id = Uuid()
    iban = fields.String()


class Match(Shape):
    """Which payment a deposit reconciles, if any."""

    status = fields.Function(
        lambda deposit: deposits.RECONCILED if _matches(deposit) else deposits.NOT_RECONCILED,
        metadata={"type": "string", "enum": list(deposits.STATUSES)},
    )
    payment_id = fields.Function(
        lambda deposit: deposit["payment_id"] if _matches(deposit) else None,
        metadata={**Uuid.openapi, "type": ["string", "null"]},
    )


class Deposit(Shape):
    """A deposit as `GET /reconciliation/v1/deposits` answers it (documented)."""

    id = Uuid()
    description = fields.String(allow_none=True)
    amount = Amount()
    currency = CURRENCY
    bank_deposit_reference = fields.String()
    timestamp = Timestamp(attribute="created_at")
    local_timestamp = fields.Function(
        lambda deposit: dates.local(deposit["created_at"], deposit["zone"]),
        metadata={"type": "string", "format": "date-time"},
    )
    beneficiary_account = fields.Nested(AccountOfDeposit, attribute="beneficiary")
    reconciliation = Within(Match)
    deposit_source_id = Uuid()


_DEPOSIT = Deposit()


def _matches(deposit: Document) -> bool:
    return bool(deposit["status"] == deposits.RECONCILED)


def dump_deposit(deposit: Document, zone: tzinfo | None = None) -> dict[str, Any]:
    """A deposit.

    Args:
        deposit: the deposit.
        zone: of its local time; None: Dubai's.
    """
    return dict(_DEPOSIT.dump({**deposit, "zone": zone or dates.zone_of(_DUBAI)}))
