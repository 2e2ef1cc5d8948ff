"""Clients of Paystack's dialect, and what each does with one refund: the table of docs/clients.md.

Their versions stand in the locks that the tests install.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.examples.documents import TOP

ASKED = {
    "amount": 4000,
    "currency": "ILS",
    "customer_note": "wrong size",
    "merchant_note": "return 7",
}
LEFT_OUT = object()
"""In place of a value: there is none."""
THE_REFUND, ALL = "the refund", "all refunds"


class Client(NamedTuple):
    """A client, what it is given for a refund of ILS 40.00, and what comes of it.

    Attributes:
        registry: PyPI or npm.
        released: the day, where the registry tells it.
        address: what sets the base URL, as the page says it.
        given: what its caller passes in another way than `ASKED`.
        sends: what arrives in another way than `ASKED`.
        create, fetch, list: THE_REFUND, ALL, the name of what is raised, or None: nothing.
        repeats: how many refunds one call makes where the answer is a 504, and where the connection
            is cut before the answer.
        fetches_ids: whether it fetches by a refund's id alone, not by a transaction's reference.
        environment: below `.venv/beside`, where it is not the common one.
    """

    name: str
    registry: str
    released: str | None
    address: str
    given: Mapping[str, Any] = {}
    sends: Mapping[str, Any] = {}
    create: str | None = THE_REFUND
    fetch: str | None = THE_REFUND
    list: str | None = THE_REFUND
    repeats: tuple[int, int] = (1, 1)
    fetches_ids: bool = False
    environment: str = "dialect"

    @property
    def version(self) -> str:
        """The one that the tests install."""
        return _versions(self.registry)[self.name]


CLIENTS = [
    Client("paystackapi", "PyPI", "2024-08-07", '`paystackapi.API_URL = url + "/"`'),
    Client(
        "paystack-sdk",
        "PyPI",
        "2022-09-28",
        "`Configuration.host`, then `Configuration.set_default`",
        list=ALL,
    ),
    Client("paystack-api-wrapper", "PyPI", "2026-05-24", "`PaystackClient(key, base_url=url)`"),
    Client("paystack-django", "PyPI", "2026-06-13", '`PAYSTACK["BASE_URL"]` in the settings'),
    Client(
        "paystackease",
        "PyPI",
        "2026-03-13",
        '`RefundClientAPI._PAYSTACK_API_URL = url + "/"`',
    ),
    Client(
        "paystack-sdk-python",
        "PyPI",
        "2026-06-14",
        '`paystack.base.BASE_URL = url + "/"`',
        create="ValidationError",
        repeats=(4, 4),
    ),
    Client(
        "pypaystack2",
        "PyPI",
        "2026-10-12",
        "`RefundClient._BASE_URL = url`",
        create=None,
        fetch=None,
        list=None,
    ),
    Client(
        "alexasomba-paystack",
        "PyPI",
        "2025-12-15",
        "`Configuration(host=url)`",
        given={"currency": LEFT_OUT},
        sends={"currency": LEFT_OUT},
        fetch="ValidationError",
        list="ValidationError",
        fetches_ids=True,
        environment="dialect_pydantic1",
    ),
    Client(
        "paystackpay",
        "PyPI",
        "2026-04-16",
        "`paystackpay._client.SyncClient.BASE_URL = url`",
        given={"amount": 40},
        sends={"currency": LEFT_OUT},
    ),
    Client(
        "aiopaystack",
        "PyPI",
        "2023-07-13",
        "replace the property `Paystack.client`",
        list=None,
    ),
    Client(
        "py4paystack",
        "PyPI",
        "2023-04-11",
        "replace `http.client.HTTPSConnection`",
        given={"currency": LEFT_OUT},
        sends={"currency": LEFT_OUT},
    ),
    Client("paystack-api", "npm", None, "`paystack.endpoint = url`"),
    Client(
        "paystack-node",
        "npm",
        None,
        "`paystack.mergeNewOptions({ baseUrl: url })`",
        sends={"amount": "4000"},
        repeats=(1, 3),
    ),
    Client("paystack-sdk", "npm", "2026-09-20", "wrap the global `fetch`"),
    Client(
        "@alexasomba/paystack-node",
        "npm",
        "2026-04-02",
        "`createPaystack({ secretKey: key, baseUrl: url })`",
    ),
]


def differing(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Values of which some are others, or are left out."""
    return {name: value for name, value in {**base, **other}.items() if value is not LEFT_OUT}


def table() -> Iterator[str]:
    """The lines of the page's table."""
    yield (
        "| client | version, released | base URL | create sends | create returns | fetch returns "
        "| list returns | refunds after a 504, after a cut |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for client in CLIENTS:
        cells = [
            f"{client.name} ({client.registry})",
            ", ".join(filter(None, [client.version, client.released])),
            client.address,
            _sent(client),
            _got(client.create, "the refund is made, "),
            _got(client.fetch),
            _got(client.list),
            "{}, {}".format(*client.repeats),
        ]
        yield f"| {' | '.join(cells)} |"


def _sent(client: Client) -> str:
    changes = [
        f"no `{name}`" if value is LEFT_OUT else f"`{name}` as `{json.dumps(value)}`"
        for name, value in client.sends.items()
    ]
    if client.given.get("amount", 0) * 100 == ASKED["amount"]:
        changes.insert(0, "`amount` × 100")
    return ", ".join(changes) or "as asked"


def _got(got: str | None, though: str = "") -> str:
    if got in (THE_REFUND, ALL):
        return str(got)
    return though + (f"`{got}` is raised" if got else "`data` is empty")


@cache
def _versions(registry: str) -> dict[str, str]:
    if registry == "npm":
        lock = json.loads((Path(__file__).parent / "package-lock.json").read_text("utf-8"))
        return {
            path.removeprefix("node_modules/"): package["version"]
            for path, package in lock["packages"].items()
            if path
        }
    return {
        name: version
        for lock in sorted((TOP / "requirements").glob("dialect*.txt"))
        for name, version in re.findall(r"(?m)^([\w-]+)==(\S+)", lock.read_text("utf-8"))
    }
