"""What a test does in a provider's stead: pays, and decides how things end.

`Provider` does it for any provider; `Lean` and `Lahza` say besides what can be said of theirs.

Amounts are in the provider's own unit: Lean's major, Lahza's minor. Documents are in the
provider's own wire form. What is left out is as the admin API has it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from .connection import Connection
from .moments import Span, given
from .receivers import Receivers

__tracebackhide__ = True  # pytest then shows the test instead

Amount: TypeAlias = int | float | Decimal


class Provider:
    """Any provider's payer, and the outcome of its documents."""

    _paid = "payments"
    """What payers make, in the paths of its part of the admin API."""

    def __init__(
        self, connection: Connection, world: str | None, name: str, receivers: Receivers
    ) -> None:
        self.name = name
        self._receivers = receivers
        self._connection = connection
        self._world = world or "default"

    def call(self, method: str, *path: str, body: object = None) -> dict[str, Any]:
        """A call of its part of the admin API: `call("POST", "payments", body={"amount": 5})`."""
        return self._connection.call(method, self.name, *path, body=body)

    @property
    def headers(self) -> dict[str, str]:
        """What leads a call of the provider's API into this world."""
        return {"Sandbox-World": self._world}

    def pay(self, **values: object) -> dict[str, Any]:
        """A payer pays; what may be said is the provider's to say."""
        return self.make_payment(values)

    def make_payment(self, values: Mapping[str, object]) -> dict[str, Any]:
        """`pay`, of values by their keys in the admin API."""
        return self.call("POST", self._paid, body=values)

    def change(self, id: str | int, /, **values: object) -> dict[str, Any]:
        """Change what was paid: any value that `pay` takes, but for Lean's `description`."""
        return self.call("PATCH", self._paid, str(id), body=values)

    def settle(
        self, id: str | int, status: str, reason: str | None = None, *, kind: str = "refund"
    ) -> dict[str, Any]:
        """Bring a document to a state now: a refund, or for Lean another `kind`.

        Lean has "payout", "reconciliation", "consent" and "account-on-file-payment", too.

        Webhooks that are sent on advance go out inside of it.

        Raises:
            Refused: 404, there is none; 409, that state can't follow its own.
        """
        body = given(status=status, reason=reason)
        settled = self.call("POST", f"{kind}s", str(id), "settle", body=body)
        if self._receivers.serve():  # what they caused may wait, too
            self._receivers.flush()
        return settled


class Lean(Provider):
    """Lean's payer, the bank, and what Lean has set up for you. Amounts are in major units."""

    @property
    def app_token(self) -> str:
        """A `lean-app-token`, or a client id, that names this world."""
        return f"world-{self._world}"

    @property
    def headers(self) -> dict[str, str]:
        """Credentials for a call in this world."""
        return {"lean-app-token": self.app_token}

    def pay(  # type: ignore[override]  # it knows what may be said
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
        values = given(
            amount=amount,
            currency=currency,
            status=status,
            failure_code=failure_code,
            reconciliation=reconciliation,
            reconcile_after=reconcile_after,
            payment_intent_id=payment_intent_id,
            customer_id=customer_id,
            description=description,
        )
        return super().pay(**values)

    def deposit(
        self, payment_id: str, amount: Amount | None = None, after: Span | None = None
    ) -> dict[str, Any]:
        """Money arrives for a payment: what was paid, now, unless said."""
        body = given(payment_id=payment_id, amount=amount, after=after)
        return self.call("POST", "deposits", body=body)

    def pay_session(
        self,
        session_id: str,
        *,
        bank_identifier: str | None = None,
        status: str | None = None,
        failure_code: str | None = None,
    ) -> dict[str, Any]:
        """A customer says yes on a session's page; returns the payment."""
        body = given(bank_identifier=bank_identifier, status=status, failure_code=failure_code)
        return self.call("POST", "sessions", session_id, "pay", body=body)

    def decline_session(self, session_id: str) -> dict[str, Any]:
        """A customer says no on a session's page; returns the session."""
        return self.call("POST", "sessions", session_id, "decline")

    def begin_usage(
        self, payment_link_id: str, identifiers: Sequence[str | None] = ()
    ) -> dict[str, Any]:
        """A payer fills in a payment link's page; returns the usage, which is STARTED.

        `identifiers` are what is typed for each of the link's, in their order.
        """
        body = {"identifiers": list(identifiers)}
        return self.call("POST", "payment-links", payment_link_id, "usages", body=body)

    def pay_link(
        self,
        payment_link_id: str,
        identifiers: Sequence[str | None] = (),
        *,
        bank_identifier: str | None = None,
        status: str | None = None,
        failure_code: str | None = None,
    ) -> dict[str, Any]:
        """A payer fills in a payment link's page and says yes to his bank; returns the payment."""
        body = given(bank_identifier=bank_identifier, status=status, failure_code=failure_code)
        return self._answer_bank(payment_link_id, identifiers, "pay", body)

    def decline_link(
        self, payment_link_id: str, identifiers: Sequence[str | None] = ()
    ) -> dict[str, Any]:
        """He says no to his bank; returns the usage, which has FAILED."""
        return self._answer_bank(payment_link_id, identifiers, "decline", {})

    def _answer_bank(
        self, link_id: str, identifiers: Sequence[str | None], answer: str, body: object
    ) -> dict[str, Any]:
        usage_id = self.begin_usage(link_id, identifiers)["usage_id"]
        path = ("payment-links", link_id, "usages", usage_id, answer)
        return self.call("POST", *path, body=body)

    def connect_source(
        self,
        customer_id: str,
        *,
        bank_identifier: str | None = None,
        currency: str | None = None,
        payment_destination_id: str | None = None,
        cool_off: Span | None = None,
    ) -> dict[str, Any]:
        """A customer connects an account to pay from, before anything is paid.

        It is in AED, and may pay to your default destination at once, unless said.
        """
        body = given(
            customer_id=customer_id,
            bank_identifier=bank_identifier,
            currency=currency,
            payment_destination_id=payment_destination_id,
            cool_off=cool_off,
        )
        return self.call("POST", "payment-sources", body=body)

    def add_beneficiary(
        self, payment_source_id: str, payment_destination_id: str, cool_off: Span | None = None
    ) -> dict[str, Any]:
        """A payment source may pay to one more destination, at once unless said; the source."""
        body = given(payment_destination_id=payment_destination_id, cool_off=cool_off)
        return self.call("POST", "payment-sources", payment_source_id, "beneficiaries", body=body)

    def set_up(
        self, *, payouts_configured: bool | None = None, products: list[str] | None = None
    ) -> dict[str, Any]:
        """Change what Lean has set up for your application."""
        body = given(payouts_configured=payouts_configured, products=products)
        return self.call("PATCH", "application", body=body)


class Lahza(Provider):
    """Lahza's payer, and the merchant's balance. Amounts are in minor units."""

    _paid = "transactions"

    @property
    def secret_key(self) -> str:
        """A secret key, of the domain `test`, that names this world."""
        return f"sk_test_world_{self._world}"

    @property
    def headers(self) -> dict[str, str]:
        """Credentials for a call in this world."""
        return {"Authorization": f"Bearer {self.secret_key}"}

    def pay(  # type: ignore[override]  # it knows what may be said
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
        values = given(
            amount=amount,
            currency=currency,
            status=status,
            reference=reference,
            domain=domain,
            email=email,
        )
        return super().pay(**values)

    def set_balance(self, **minor_units: int) -> dict[str, Any]:
        """Set the merchant's balance, such as `ILS=5000`; refunds then draw on it."""
        return self.call("PATCH", "merchant", body={"balance": minor_units})
