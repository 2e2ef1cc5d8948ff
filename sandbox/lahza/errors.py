"""Lahza's errors: a message in its envelope; clients must not branch on the text."""

from functools import partial

from marshmallow import ValidationError

from sandbox.engine.reading.validation import first_problem


class LahzaError(Exception):
    """An error as Lahza answers it.

    Attributes:
        field: the key of the value that is wrong, if just one is.
        kind, code, next_step: what Paystack's errors say besides; shown when the switch
            `error_details` is on.
    """

    def __init__(
        self,
        http: int,
        message: str,
        code: str = "invalid_params",
        kind: str = "validation_error",
        next_step: str = "Check the request against the documentation and try again",
        field: str = "",
    ) -> None:
        super().__init__(f"{http} {message}")
        self.http = http
        self.message = message
        self.code = code
        self.kind = kind
        self.next_step = next_step
        self.field = field

    def body(self, details: bool) -> dict[str, object]:
        """The envelope; with `details`, as Paystack fills it."""
        body: dict[str, object] = {"status": False, "message": self.message}
        if details:
            body |= {"meta": {"nextStep": self.next_step}, "type": self.kind, "code": self.code}
        return body


def invalid(message: str) -> LahzaError:
    """A value that is wrong in itself."""
    return LahzaError(400, message)


def too_little(currency: str, minimum: int) -> LahzaError:
    """The amount is below the minimum, in minor units."""
    units = f"{minimum // 100}" if minimum % 100 == 0 else f"{minimum / 100:.2f}"
    message = f"Cannot refund less than {currency}{units}"
    return LahzaError(400, message, "invalid_amount", field="amount")


def unauthorized(header: bool) -> LahzaError:
    """No key that is accepted; `header` says whether one came at all."""
    message = "Invalid key" if header else "No Authorization Header was found"
    return LahzaError(401, message, "invalid_key")


def from_validation(error: ValidationError) -> LahzaError:
    """What marshmallow found first, as Lahza says it."""
    path, reason = first_problem(error.messages)
    code = "missing_params" if reason.endswith(" is required") else "invalid_params"
    return LahzaError(400, reason, code, field=str(path[-1]) if path else "")


malformed = partial(LahzaError, 400, "Invalid request body")
transaction_not_found = partial(LahzaError, 404, "Transaction not found", "transaction_not_found")
reference_not_found = partial(
    LahzaError, message="Transaction reference not found.", code="transaction_not_found"
)
refund_not_found = partial(LahzaError, 404, "Refund not found", "refund_not_found")
export_not_found = partial(LahzaError, 404, "Export not found", "export_not_found")
export_too_large = partial(
    LahzaError, 400, "Export is too large: choose fewer transactions, by from and to"
)
not_completed = partial(
    LahzaError, 400, "Transaction has not been completed", "transaction_not_completed"
)
already_paid = partial(
    LahzaError, 400, "Transaction has already been paid", "transaction_paid", "api_error"
)
duplicate_reference = partial(
    LahzaError, 400, "Duplicate Transaction Reference", "duplicate_reference"
)
unknown_authorization = partial(
    LahzaError,
    400,
    "The authorization code provided either does not exist or has been deactivated.",
    "invalid_authorization",
)
not_reusable = partial(
    LahzaError, 400, "This authorization is not reusable", "authorization_not_reusable"
)
fully_reversed = partial(
    LahzaError, 400, "Transaction has been fully reversed", "transaction_reversed", "api_error"
)
too_much = partial(
    LahzaError,
    400,
    "Refund amount cannot be more than the original transaction amount",
    "invalid_amount",
    field="amount",
)
insufficient_balance = partial(
    LahzaError,
    400,
    "Insufficient balance to fulfill this refund. Please top up.",
    "insufficient_balance",
    "processor_error",
    field="amount",
)
