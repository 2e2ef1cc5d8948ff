"""A merchant that refunds right, by either provider, and five that have one classic fault each."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple, Protocol

import requests

from sandbox.client import Sandbox, Webhook

KEY = "sk_test_me"
_TRIES = 12
_NOTHING = {"refunded": 0, "pending": 0, "failed": 0}
_STATES = {
    "processed": "refunded",
    "ACCEPTED_BY_BANK": "refunded",
    "failed": "failed",
    "FAILED": "failed",
}


class NotDone(Exception):
    """A call was not carried out; it may be made again."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Doubtful(Exception):
    """A call may have been carried out, or not."""


class Refund(NamedTuple):
    """A refund as a provider tells of it; its figure is refunded, pending or failed."""

    order: str
    amount: int
    figure: str


class Provider(Protocol):
    """What a merchant asks of a provider."""

    has_key: bool

    @property
    def events(self) -> Sequence[str]: ...

    def paid(self, sandbox: Sandbox) -> tuple[str, str]: ...

    def make(self, order: str, amount: int) -> Refund: ...

    def find(self, order: str) -> Sequence[Refund]: ...

    def read(self, webhook: Webhook) -> Refund | None:
        """The refund that a genuine webhook is about; None where it does not say."""

    def close(self) -> None: ...


class _Http:
    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers.update(headers)

    def close(self) -> None:
        self._session.close()

    def call(self, method: str, path: str, **rest: Any) -> Any:
        try:
            answer = self._session.request(method, self._url + path, timeout=10, **rest)
        except requests.ConnectionError as error:
            raise Doubtful from error
        if answer.status_code in (401, 429):
            raise NotDone(answer.status_code)
        if answer.status_code >= 500:
            raise Doubtful(answer.status_code)
        answer.raise_for_status()
        return answer.json()


class Lahza(_Http):
    """Orders are references of transactions. There is no key that makes a POST safe to repeat."""

    events = ("refund.pending", "refund.processing", "refund.processed", "refund.failed")
    has_key = False

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.url, {"Authorization": f"Bearer {KEY}"})

    def paid(self, sandbox: Sandbox) -> tuple[str, str]:
        for reference in (orders := ("order-1", "order-2")):
            sandbox.lahza.pay(5000, reference=reference)
        return orders

    def make(self, order: str, amount: int) -> Refund:
        asked = {"transaction": order, "amount": amount}
        return _of_lahza(order, self.call("POST", "/refund", json=asked)["data"])

    def find(self, order: str) -> Sequence[Refund]:
        found = self.call("GET", "/refund", params={"reference": order})["data"]
        return [_of_lahza(order, each) for each in found]

    def read(self, webhook: Webhook) -> Refund | None:
        expected = hmac.new(KEY.encode(), webhook.body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(expected, webhook.headers["x-lahza-signature"])
        data = webhook.json["data"]
        return _of_lahza(data["transaction_reference"], data)


def _of_lahza(order: str, told: Mapping[str, Any]) -> Refund:
    figure = _STATES.get(told["status"], "pending")
    return Refund(order, int(told["amount"]), figure)


class Lean(_Http):
    """Orders are ids of payments. A key makes a POST safe to repeat, for a day."""

    events = ("payment.created", "payment.updated")
    has_key = True

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.url, {"lean-app-token": "my-shop"})

    def paid(self, sandbox: Sandbox) -> tuple[str, str]:
        return sandbox.lean.pay(50)["id"], sandbox.lean.pay(50)["id"]

    def make(self, order: str, amount: int) -> Refund:
        item = {"payment_id": order, "amount": amount / 100, "reason_code": "CUSTOMER_REQUEST"}
        headers = {"idempotency-key": f"refund-{order}"} if self.has_key else {}
        asked = [{**item, "status": "APPROVED"}]
        [made] = self.call("POST", "/payouts/refunds", json=asked, headers=headers)
        return Refund(order, round(made["amount"] * 100), "pending")

    def find(self, order: str) -> Sequence[Refund]:
        page = self.call("GET", "/payouts/refunds", params={"size": 100, "page": 0})
        return [_of_lean(each) for each in page["content"] if each["payment_id"] == order]

    def read(self, webhook: Webhook) -> Refund | None:
        digest = hmac.new(KEY.encode(), webhook.body, hashlib.sha512).hexdigest()
        assert hmac.compare_digest(f"sha512={digest}", webhook.headers["lean-signature"])
        return None


def _of_lean(told: Mapping[str, Any]) -> Refund:
    figure = _STATES.get(told["status"], "pending")
    order, amount = told["payment_id"], round(told["amount"] * 100)
    return Refund(order, amount, figure)


class Right:
    """In doubt it looks before it tries again, and it books what the provider says.

    A webhook is a hint to look; in the evening it looks anyway.
    """

    def __init__(self, provider: Provider, sleep: Callable[[int], object]) -> None:
        self.books: dict[str, dict[str, int]] = {}
        self._provider, self._sleep = provider, sleep

    def refund(self, order: str, amount: int) -> None:
        self.books[order] = dict(_NOTHING)
        is_doubtful = False
        for _ in range(_TRIES):
            try:
                there = self._provider.find(order) if is_doubtful else ()
                self.made(there[0] if there else self._provider.make(order, amount))
                return
            except NotDone as error:
                if not self.tries_again(error):
                    return
            except Doubtful:
                is_doubtful = self.looks_in_doubt
            self._sleep(1)

    looks_in_doubt = True

    def tries_again(self, error: NotDone) -> bool:
        return True

    def made(self, refund: Refund) -> None:
        """A refund has been answered, or found."""

    def hear(self, webhook: Webhook) -> None:
        refund = self._provider.read(webhook)
        for order in self.books if refund is None else (refund.order,):
            self.look(order)

    def close_the_day(self) -> None:
        for order in self.books:
            for _ in range(_TRIES):
                try:
                    self.look(order)
                    break
                except (NotDone, Doubtful):
                    self._sleep(1)

    def look(self, order: str) -> None:
        booked = dict(_NOTHING)
        for refund in self._provider.find(order):
            booked[refund.figure] += refund.amount
        self.books[order] = booked


class RetriesBlindly(Right):
    """It makes the call again without a look, and without a key."""

    looks_in_doubt = False

    def __init__(self, provider: Provider, sleep: Callable[[int], object]) -> None:
        super().__init__(provider, sleep)
        provider.has_key = False


class BooksTwice(Right):
    """It books an answer, and a webhook whose refund it has not booked: not the other way round."""

    def __init__(self, provider: Provider, sleep: Callable[[int], object]) -> None:
        super().__init__(provider, sleep)
        self._bookings: list[str] = []

    def made(self, refund: Refund) -> None:
        self._bookings.append(refund.order)

    def hear(self, webhook: Webhook) -> None:
        refund = self._provider.read(webhook)
        if refund is not None and refund.order not in self._bookings:
            self._bookings.append(refund.order)

    def look(self, order: str) -> None:
        super().look(order)
        self.books[order]["refunded"] *= self._bookings.count(order)


class TrustsTheOrder(Right):
    """It books what the last webhook says, and asks no more once one has said that all is done."""

    def __init__(self, provider: Provider, sleep: Callable[[int], object]) -> None:
        super().__init__(provider, sleep)
        self._done: set[str] = set()

    def hear(self, webhook: Webhook) -> None:
        refund = self._provider.read(webhook)
        assert refund is not None, "it can't be such a merchant of Lean's"
        self.books[refund.order] = {**_NOTHING, refund.figure: refund.amount}
        if refund.figure != "pending":
            self._done.add(refund.order)

    def look(self, order: str) -> None:
        if order not in self._done:
            super().look(order)


class TakesPendingForDone(Right):
    """It books a refund once it is made, and asks no more."""

    def __init__(self, provider: Provider, sleep: Callable[[int], object]) -> None:
        super().__init__(provider, sleep)
        self._done: set[str] = set()

    def made(self, refund: Refund) -> None:
        self.books[refund.order] = {**_NOTHING, "refunded": refund.amount}
        self._done.add(refund.order)

    def look(self, order: str) -> None:
        if order not in self._done:
            super().look(order)


class GivesUpOn429(Right):
    """It makes no second try where the first came too early."""

    def tries_again(self, error: NotDone) -> bool:
        return error.status != 429


PROVIDERS: Mapping[str, Callable[[Sandbox], Provider]] = {"lahza": Lahza, "lean": Lean}


def day(sandbox: Sandbox, name: str, kind: type[Right] = Right) -> None:
    """Two orders are paid, and part of each is given back; in the evening all must be right."""
    with closing(PROVIDERS[name](sandbox)) as provider:
        merchant = kind(provider, lambda seconds: sandbox.clock.advance(seconds=seconds))
        sandbox.webhooks.send_to(name, merchant.hear, secret=KEY, events=[*provider.events])
        wanted = dict(zip(provider.paid(sandbox), (2000, 1500), strict=True))
        for order, amount in wanted.items():
            merchant.refund(order, amount)
        sandbox.clock.advance_until_idle()
        merchant.close_the_day()
    sandbox.assert_agrees(merchant.books)
    ledger = sandbox.ledger()
    by_name = {name: each for id, each in ledger.items() for name in (id, *each["references"])}
    for order, amount in wanted.items():
        tried = by_name[order]["refunded"] + by_name[order]["failed"]
        assert tried == amount, f"{order}: {amount} was wanted, and {tried} was tried"
