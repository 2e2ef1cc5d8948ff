"""Lahza's errors: a message in its envelope; clients must not branch on the text."""

from marshmallow import ValidationError

from sandbox.engine.reading.validation import first_problem


class LahzaError(Exception):
    """An error as Lahza answers it.

    Attributes:
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
    ) -> None:
        super().__init__(f"{http} {message}")
        self.http = http
        self.message = message
        self.code = code
        self.kind = kind
        self.next_step = next_step

    def body(self, details: bool) -> dict[str, object]:
        """The envelope; with `details`, as Paystack fills it."""
        body: dict[str, object] = {"status": False, "message": self.message}
        if details:
            body |= {"meta": {"nextStep": self.next_step}, "type": self.kind, "code": self.code}
        return body


def invalid(message: str) -> LahzaError:
    """A value that is wrong in itself."""
    return LahzaError(400, message)


def malformed() -> LahzaError:
    """A body that can't be read."""
    return LahzaError(400, "Invalid request body")


def transaction_not_found() -> LahzaError:
    """No transaction has that id or reference."""
    return LahzaError(404, "Transaction not found", "transaction_not_found")


def reference_not_found(http: int) -> LahzaError:
    """No transaction has that reference, as `verify` says it."""
    return LahzaError(http, "Transaction reference not found.", "transaction_not_found")


def refund_not_found() -> LahzaError:
    """There is no such refund."""
    return LahzaError(404, "Refund not found", "refund_not_found")


def export_not_found() -> LahzaError:
    """There is no such file, or no longer."""
    return LahzaError(404, "Export not found", "export_not_found")


def export_too_large() -> LahzaError:
    """A file can't hold so much."""
    return invalid("Export is too large: choose fewer transactions, by from and to")


def not_completed() -> LahzaError:
    """The transaction took no money."""
    return LahzaError(400, "Transaction has not been completed", "transaction_not_completed")


def already_paid() -> LahzaError:
    """Nothing is left to pay."""
    return LahzaError(400, "Transaction has already been paid", "transaction_paid", "api_error")


def duplicate_reference() -> LahzaError:
    """Another transaction has that reference."""
    return LahzaError(400, "Duplicate Transaction Reference", "duplicate_reference")


def unknown_authorization() -> LahzaError:
    """No card has that authorization code."""
    return LahzaError(
        400,
        "The authorization code provided either does not exist or has been deactivated.",
        "invalid_authorization",
    )


def not_reusable() -> LahzaError:
    """The card may not be charged again."""
    return LahzaError(400, "This authorization is not reusable", "authorization_not_reusable")


def fully_reversed() -> LahzaError:
    """Nothing is left to refund."""
    return LahzaError(
        400, "Transaction has been fully reversed", "transaction_reversed", "api_error"
    )


def too_much() -> LahzaError:
    """The amount is above what is left."""
    return LahzaError(
        400, "Refund amount cannot be more than the original transaction amount", "invalid_amount"
    )


def too_little(currency: str, minimum: int) -> LahzaError:
    """The amount is below the minimum, in minor units."""
    units = f"{minimum // 100}" if minimum % 100 == 0 else f"{minimum / 100:.2f}"
    return LahzaError(400, f"Cannot refund less than {currency}{units}", "invalid_amount")


def insufficient_balance() -> LahzaError:
    """The merchant's balance does not cover the refund."""
    return LahzaError(
        400,
        "Insufficient balance to fulfill this refund. Please top up.",
        "insufficient_balance",
        "processor_error",
    )


def unauthorized(header: bool) -> LahzaError:
    """No key that is accepted; `header` says whether one came at all."""
    message = "Invalid key" if header else "No Authorization Header was found"
    return LahzaError(401, message, "invalid_key")


def from_validation(error: ValidationError) -> LahzaError:
    """What marshmallow found first, as Lahza says it."""
    _, reason = first_problem(error.messages)
    if reason.endswith(" is required"):
        return LahzaError(400, reason, "missing_params")
    return invalid(reason)
