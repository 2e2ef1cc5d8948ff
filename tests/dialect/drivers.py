"""Drives one client of Paystack's dialect, and says what its caller gets of each call.

    python drivers.py CLIENT URL '[["fetch", "T1"], …]'

It runs in an environment that holds the clients and not the sandbox. Several clients are one
package `paystack`, so each is imported from its own wheel where there is one. A line of JSON for
each call: the ids of the refunds that the caller got, or null, or the name of what was raised.
"""

# mypy: disable-error-code="import-not-found, import-untyped"

import asyncio
import http.client
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

KEY = "sk_test_dialect"


class Calls(NamedTuple):
    """What to call, and where its answers hold the refund, or the refunds.

    Attributes:
        create: takes a `transaction`, and what Lahza documents beside it.
        fetch: takes a refund's id or a transaction's reference.
        list: takes a transaction's reference.
        data: from an answer to its `data`.
        id: from a refund to its id.
    """

    create: Callable[..., Any]
    fetch: Callable[[Any], Any]
    list: Callable[[str], Any]
    data: Callable[[Any], Any] = lambda answer: answer["data"]
    id: Callable[[Any], Any] = lambda refund: refund["id"]


def paystackapi(url: str) -> Calls:
    """Its address is a constant of the module, read at the first call."""
    import paystackapi
    from paystackapi.paystack import Paystack

    paystackapi.API_URL = url + "/"
    refund = Paystack(secret_key=KEY).refund
    return Calls(
        create=refund.create,
        fetch=refund.fetch,
        list=lambda transaction: refund.list(reference=transaction),
    )


def paystack_sdk(url: str) -> Calls:
    """Configured once for all its classes. Its list takes no reference."""
    import paystack
    from paystack.configuration import Configuration

    paystack.api_key = KEY
    configuration = Configuration()
    configuration.host = url
    Configuration.set_default(configuration)
    return Calls(
        create=paystack.Refund.create,
        fetch=paystack.Refund.fetch,
        list=lambda transaction: paystack.Refund.list(),
        data=lambda answer: answer.data,
    )


def paystack_api_wrapper(url: str) -> Calls:
    """Takes the address, and answers with `data` and `meta`."""
    from paystack import PaystackClient

    refunds = PaystackClient(KEY, base_url=url).refunds
    return Calls(
        create=refunds.create,
        fetch=refunds.fetch,
        list=lambda transaction: refunds.list_refunds(transaction=transaction, currency="ILS"),
        data=lambda answer: answer[0],
    )


def paystack_sdk_python(url: str) -> Calls:
    """Its address is a constant of a module."""
    import paystack.base
    from paystack import PaystackClient

    paystack.base.BASE_URL = url + "/"
    refunds = PaystackClient(KEY).refunds
    return Calls(
        create=refunds.create,
        fetch=refunds.fetch,
        list=lambda transaction: refunds.list(reference=transaction),
        data=lambda answer: answer.data,
        id=lambda refund: refund.id,
    )


def paystack_django(url: str) -> Calls:
    """Takes the address from Django's settings."""
    from django.conf import settings

    settings.configure(PAYSTACK={"SECRET_KEY": KEY, "BASE_URL": url})
    from djpaystack.client import PaystackClient

    refunds = PaystackClient().refunds
    return Calls(
        create=refunds.create,
        fetch=refunds.fetch,
        list=lambda transaction: refunds.list(reference=transaction),
    )


def paystackease(url: str) -> Calls:
    """Its address is an attribute of a class, its key a variable."""
    os.environ["PAYSTACK_SECRET_KEY"] = KEY
    from paystackease.apis.sync_apis.refund import RefundClientAPI

    RefundClientAPI._PAYSTACK_API_URL = url + "/"
    refunds = RefundClientAPI()
    return Calls(
        create=lambda transaction, **rest: refunds.create_refund(transaction, **rest),
        fetch=refunds.fetch_refund,
        list=lambda transaction: refunds.list_refunds(reference=transaction),
        data=lambda answer: answer.data,
    )


def paystackpay(url: str) -> Calls:
    """Its address is an attribute of a class. It takes amounts in whole units."""
    from paystackpay import Paystack
    from paystackpay._client import SyncClient

    SyncClient.BASE_URL = url
    refunds = Paystack(KEY).refunds
    return Calls(
        create=refunds.create,
        fetch=refunds.fetch,
        list=lambda transaction: refunds.list(reference=transaction),
    )


def aiopaystack(url: str) -> Calls:
    """Its address is in a property of a class, HTTPS alone."""
    from paystack import Paystack, Refund

    host = urlsplit(url).netloc
    Paystack.client = property(lambda self: http.client.HTTPConnection(host))
    Paystack(secret_key=KEY)
    refund = Refund()

    def wait(method: Callable[..., Any]) -> Callable[..., Any]:
        return lambda **given: asyncio.run(method(**given))

    create, fetch, rows = wait(refund.create), wait(refund.fetch), wait(refund.list)
    return Calls(
        create=create,
        fetch=lambda transaction: fetch(reference=transaction),
        list=lambda transaction: rows(reference=transaction, currency="ILS"),
    )


def py4paystack(url: str) -> Calls:
    """Its address stands in a method, HTTPS alone. `py4paystack.paystack` can't be imported."""
    from py4paystack.utilities import request

    host = urlsplit(url).netloc
    request.http.client.HTTPSConnection = lambda _: http.client.HTTPConnection(host)
    from py4paystack.routes.refund import Refund

    return Calls(
        create=lambda **asked: Refund(KEY).create(**asked),
        fetch=lambda transaction: Refund(KEY).fetch(transaction),
        list=lambda transaction: Refund(KEY).list_refunds(reference=transaction),
    )


def pypaystack2(url: str) -> Calls:
    """Its address is an attribute of a class."""
    from pypaystack2.sub_clients import RefundClient

    RefundClient._BASE_URL = url
    refunds = RefundClient(KEY)
    return Calls(
        create=refunds.create,
        fetch=refunds.get_refund,
        list=lambda transaction: refunds.get_refunds(reference=transaction),
        data=lambda answer: answer.data,
        id=lambda refund: refund.id,
    )


def alexasomba_paystack(url: str) -> Calls:
    """Takes the address; the currency must be one of Paystack's. Its list takes no reference."""
    from alexasomba_paystack import ApiClient, Configuration, RefundApi, RefundCreate

    refunds = RefundApi(ApiClient(Configuration(host=url, access_token=KEY)))
    return Calls(
        create=lambda **asked: refunds.refund_create(RefundCreate(**asked)),
        fetch=lambda refund: refunds.refund_fetch(id=refund),
        list=lambda transaction: refunds.refund_list(),
        data=lambda answer: answer.data,
        id=lambda refund: refund.id,
    )


def outcome(calls: Calls, call: str, asked: Any) -> Any:
    """What a caller gets: the ids of refunds, null for nothing, or the name of what is raised."""
    try:
        answer = calls.create(**asked) if call == "create" else getattr(calls, call)(asked)
        data = calls.data(answer)
    except Exception as error:
        traceback.print_exc()
        return type(error).__name__
    if isinstance(data, list):
        return [calls.id(refund) for refund in data]
    return calls.id(data) if data else None


def main(client: str, url: str, asked: str) -> None:
    """Print a line for each call."""
    module = client.replace("-", "_")
    for wheel in (Path(sys.prefix) / "wheels").glob(f"{module}-[0-9]*.whl"):
        sys.path.insert(0, str(wheel))
    calls = globals()[module](url)
    for call in json.loads(asked):
        print(json.dumps(outcome(calls, *call)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
