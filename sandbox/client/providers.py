"""What a test does in a provider's stead: pays, and decides how things end.

Amounts are in the provider's own unit: Lean's major, Lahza's minor. Documents are in the
provider's own wire form. What is left out is as the admin API has it.
"""

from decimal import Decimal
from typing import Any, TypeAlias

from .connection import Connection
from .moments import Span, span

__tracebackhide__ = True  # pytest then shows the test instead

Amount: TypeAlias = int | float | Decimal


def _given(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


class _Provider:
    """What is the same for every provider."""

    name: str

    def __init__(self, connection: Connection, world: str | None) -> None:
        self._connection = connection
        self._world = world

    def _call(self, method: str, *path: str, body: object) -> Any:
        return self._connection.call(method, self.name, *path, body=body)

    def settle(
        self, id: str | int, status: str, reason: str | None = None, *, kind: str = "refund"
    ) -> dict[str, Any]:
        """Bring a document to a state now: a refund, or for Lean a payout or a reconciliation.

        Raises:
            Refused: 404, there is none; 409, that state can't follow its own.
        """
        body = _given(status=status, reason=reason)
        return dict(self._call("POST", f"{kind}s", str(id), "settle", body=body))


class Lean(_Provider):
    """Lean's payer, the bank, and what Lean has set up for you. Amounts are in major units."""

    name = "lean"

    @property
    def app_token(self) -> str:
        """A `lean-app-token`, or a client id, that names this world."""
        return f"world-{self._world or 'default'}"

    @property
    def headers(self) -> dict[str, str]:
        """Credentials for a call in this world."""
        return {"lean-app-token": self.app_token}

    def pay(
        self,
        amount: Amount | None = None,
        currency: str | None = None,
        *,
        status: str | None = None,
        failure_code: str | None = None,
        reconciliation: str | None = None,
        reconcile_after: Span | None = None,
        payment_intent_id: str | None = None,
        customer_id: str | None = None,
        description: str | None = None,
    ) -> dict[str, Any]:
        """A payer pays: 100 AED, reconciled, unless said; or what an intent says."""
        body = _given(
            amount=amount,
            currency=currency,
            status=status,
            failure_code=failure_code,
            reconciliation=reconciliation,
            reconcile_after=None if reconcile_after is None else span(reconcile_after),
            payment_intent_id=payment_intent_id,
            customer_id=customer_id,
            description=description,
        )
        return dict(self._call("POST", "payments", body=body))

    def change(self, payment_id: str, **values: object) -> dict[str, Any]:
        """Change a payment: any of the values that `pay` takes, but for `description`."""
        return dict(self._call("PATCH", "payments", payment_id, body=values))

    def deposit(
        self, payment_id: str, amount: Amount | None = None, after: Span | None = None
    ) -> dict[str, Any]:
        """Money arrives for a payment: what was paid, now, unless said."""
        body = _given(
            payment_id=payment_id,
            amount=amount,
            after=None if after is None else span(after),
        )
        return dict(self._call("POST", "deposits", body=body))

    def set_up(
        self, *, payouts_configured: bool | None = None, products: list[str] | None = None
    ) -> dict[str, Any]:
        """Change what Lean has set up for your application."""
        body = _given(payouts_configured=payouts_configured, products=products)
        return dict(self._call("PATCH", "application", body=body))


class Lahza(_Provider):
    """Lahza's payer, and the merchant's balance. Amounts are in minor units."""

    name = "lahza"

    @property
    def secret_key(self) -> str:
        """A secret key, of the domain `test`, that names this world."""
        return f"sk_test_world_{self._world or 'default'}"

    @property
    def headers(self) -> dict[str, str]:
        """Credentials for a call in this world."""
        return {"Authorization": f"Bearer {self.secret_key}"}

    def pay(
        self,
        amount: int | None = None,
        currency: str | None = None,
        *,
        status: str | None = None,
        reference: str | None = None,
        domain: str | None = None,
        email: str | None = None,
    ) -> dict[str, Any]:
        """A payer pays: 10000 agorot, successfully, unless said."""
        body = _given(
            amount=amount,
            currency=currency,
            status=status,
            reference=reference,
            domain=domain,
            email=email,
        )
        return dict(self._call("POST", "transactions", body=body))

    def change(self, transaction_id: int | str, **values: object) -> dict[str, Any]:
        """Change a transaction: any of the values that `pay` takes."""
        return dict(self._call("PATCH", "transactions", str(transaction_id), body=values))

    def set_balance(self, **minor_units: int) -> dict[str, Any]:
        """Set the merchant's balance, such as `ILS=5000`; refunds then draw on it."""
        return dict(self._call("PATCH", "merchant", body={"balance": minor_units}))
