"""Clients of Paystack's dialect refund here, as docs/clients.md says they do: `make clients`."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialect.clients import ALL, ASKED, CLIENTS, THE_REFUND, Client, differing
from tests.dialect.drive import PACKAGES, drive, node, python_of, run
from tests.kit import Box

pytestmark = pytest.mark.slow

REFERENCE = "T-dialect-1"
BY_NAME = {(client.registry, client.name): client for client in CLIENTS}


def refunds(box: Box) -> list[dict[str, Any]]:
    """The refunds of the transaction that is refunded here."""
    rows: list[dict[str, Any]] = box.lahza.get(f"/refund?reference={REFERENCE}").json()["data"]
    return rows


def create(client: Client, **given: Any) -> tuple[str, Any]:
    """The call of a client's that refunds, as its caller makes it."""
    values = differing({**ASKED, **given}, client.given)
    return "create", {"transaction": REFERENCE, **values}


@pytest.fixture(autouse=True)
def paid(box: Box) -> None:
    """A transaction of ILS 100.00."""
    box.transaction(reference=REFERENCE)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: f"{client.registry}:{client.name}")
def test_a_client_refunds_fetches_and_lists_as_the_page_says(box: Box, client: Client) -> None:
    [created] = drive(client, box, create(client))
    [sent] = box.admin.get("/requests?method=POST&path=/refund").json()["requests"]
    [refund] = refunds(box)
    reference = refund["id"] if client.fetches_ids else REFERENCE
    fetched, listed = drive(client, box, ("fetch", reference), ("list", REFERENCE))

    assert sent["body"] == {"transaction": REFERENCE, **differing(ASKED, client.sends)}
    assert {name: refund[name] for name in ASKED} == ASKED
    everything = [row["id"] for row in box.lahza.get("/refund").json()["data"]]
    assert [created, fetched] == [
        refund["id"] if got == THE_REFUND else got for got in (client.create, client.fetch)
    ]
    told: dict[str | None, Any] = {THE_REFUND: [refund["id"]], ALL: everything}
    assert listed == told.get(client.list, client.list)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: f"{client.registry}:{client.name}")
@pytest.mark.parametrize(("how", "place"), [(504, 0), ("cut", 1)])
def test_a_client_makes_as_many_refunds_of_a_lost_answer_as_the_page_says(
    box: Box, client: Client, how: int | str, place: int
) -> None:
    """It asks for a tenth of what was paid at most, so that there is enough left for ten."""
    box.on("answer-lost", how=how)
    name, asked = create(client)
    drive(client, box, (name, {**asked, "amount": 10}))

    assert len(refunds(box)) == client.repeats[place]


@pytest.mark.parametrize(
    ("name", "currency", "raised"),
    [
        ("alexasomba-paystack", "ILS", "ValidationError"),
        ("alexasomba-paystack", "JOD", "ValidationError"),
        ("py4paystack", "ILS", "ValueError"),
        ("py4paystack", "JOD", "ValueError"),
    ],
)
def test_two_clients_send_no_currency_that_paystack_has_not(
    box: Box, name: str, currency: str, raised: str
) -> None:
    client = BY_NAME["PyPI", name]
    asked = {"transaction": REFERENCE, **ASKED, "currency": currency}

    assert drive(client, box, ("create", asked)) == [raised]
    assert refunds(box) == []


@pytest.mark.parametrize(
    ("given", "amount"),
    [({"amount": 19.99}, 1998), ({"amount": 40, "currency": "JOD"}, 4000)],
)
def test_paystackpay_cuts_amounts_and_drops_the_currency(
    box: Box, given: Mapping[str, Any], amount: int
) -> None:
    """A refund in JOD of a transaction in ILS would be refused."""
    client = BY_NAME["PyPI", "paystackpay"]
    drive(client, box, ("create", {"transaction": REFERENCE, **given}))

    assert [(row["amount"], row["currency"]) for row in refunds(box)] == [(amount, "ILS")]


def test_paystackpay_takes_an_amount_in_agorot_for_a_hundred_times_as_much(box: Box) -> None:
    client = BY_NAME["PyPI", "paystackpay"]
    asked = {"transaction": REFERENCE, "amount": 4000}

    assert drive(client, box, ("create", asked)) == ["InvalidRequestError"]
    assert refunds(box) == []


def test_paystack_sdk_python_cannot_read_the_meta_of_a_list(box: Box) -> None:
    client = BY_NAME["PyPI", "paystack-sdk-python"]
    box.admin.patch("/settings", {"lahza": {"list_meta": True}})

    assert drive(client, box, ("list", REFERENCE)) == ["ValidationError"]


def test_paystack_node_asks_for_nairas_where_no_currency_is_given(box: Box) -> None:
    client = BY_NAME["npm", "paystack-node"]
    asked = {"transaction": REFERENCE, "amount": 4000}

    assert drive(client, box, ("create", asked)) == ["PayStackAPIError"]
    [sent] = box.admin.get("/requests?method=POST").json()["requests"]
    assert (sent["body"]["currency"], sent["status"]) == ("NGN", 400)


@pytest.mark.parametrize(
    ("name", "read", "ignored"),
    [("aiopaystack", None, THE_REFUND), ("paystackapi", THE_REFUND, ALL)],
)
def test_two_clients_send_a_body_with_get(
    box: Box, name: str, read: str | None, ignored: str
) -> None:
    """One a `null`, the other its filters."""
    client = BY_NAME["PyPI", name]
    [created] = drive(client, box, create(client))
    told = {
        THE_REFUND: [created],
        ALL: [row["id"] for row in box.lahza.get("/refund").json()["data"]],
    }

    assert drive(client, box, ("list", REFERENCE)) == [read and told[read]]
    box.admin.patch("/settings", {"lahza": {"get_body": "ignored"}})
    assert drive(client, box, ("list", REFERENCE)) == [told[ignored]]


TWO_KEYS_IN_PYTHON = """
import sys
import paystackapi
from paystackapi.paystack import Paystack

paystackapi.API_URL = sys.argv[1] + "/"
live, test = Paystack(secret_key="sk_live_first"), Paystack(secret_key="sk_test_second")
live.refund.create(transaction="T-dialect-1", amount=100)
test.refund.create(transaction="T-dialect-1", amount=200)
"""
TWO_KEYS_IN_NODE = """
const [url, packages] = process.argv.slice(1);
const paystackApi = require(packages + '/node_modules/paystack-api');
const live = paystackApi('sk_live_first'), test = paystackApi('sk_test_second');
live.endpoint = test.endpoint = url;
live.refund.create({ transaction: 'T-dialect-1', amount: 100 })
  .then(() => test.refund.create({ transaction: 'T-dialect-1', amount: 200 }));
"""


@pytest.mark.parametrize(
    ("registry", "live", "test"), [("PyPI", [200, 100], []), ("npm", [], [200, 100])]
)
def test_two_clients_have_one_key_in_a_process(
    box: Box, registry: str, live: list[int], test: list[int]
) -> None:
    """One the first that it was given, the other the last. Each domain has the transaction."""
    box.transaction(reference=REFERENCE, domain="live")
    if registry == "PyPI":
        run(python_of(BY_NAME["PyPI", "paystackapi"]), "-c", TWO_KEYS_IN_PYTHON, box.url)
    else:
        run(node(), "-e", TWO_KEYS_IN_NODE, box.url, str(PACKAGES))

    listed = f"/refund?reference={REFERENCE}"
    assert [row["amount"] for row in box.live.get(listed).json()["data"]] == live
    assert [row["amount"] for row in box.lahza.get(listed).json()["data"]] == test


def test_paystacks_own_package_for_node_holds_no_code() -> None:
    node()
    package = PACKAGES / "node_modules" / "@paystack" / "paystack-sdk"

    assert (package / "package.json").is_file()
    assert not [*package.rglob("*.js"), *package.rglob("*.mjs"), *package.rglob("*.ts")]
