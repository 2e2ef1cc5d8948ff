"""What docs/clients.md says to do where a client does something else: `make clients`."""

from typing import Any, NamedTuple

import pytest

from tests.dialect.clients import CLIENTS
from tests.dialect.drive import PACKAGES, node, python_of, run
from tests.examples.documents import page
from tests.kit import Box

pytestmark = pytest.mark.slow

REFERENCE = "T-dialect-2"
BY_NAME = {client.name: client for client in CLIENTS if client.registry == "PyPI"}
IN_PYTHON = """
import glob, sys
client, url, reference, key, id = sys.argv[1:]
sys.path[:0] = glob.glob(f"{sys.prefix}/wheels/{client.replace('-', '_')}-[0-9]*.whl")
"""
IN_NODE = """
const [url, reference, key, packages] = process.argv.slice(1);
const modules = packages + '/node_modules/';
const asked = { transaction: reference, amount: 1999, currency: 'ILS' };
"""


class Way(NamedTuple):
    """A program that does what the page says, in the page's words.

    Attributes:
        client: of PyPI; None: the program is for Node.
        made: how many refunds it makes, beside one that is there.
        lost: how answers are lost, if they are.
        failed: whether the refund that is there has failed.
    """

    client: str | None
    words: str
    program: str
    printed: str
    made: int = 0
    lost: int | str | None = None
    failed: bool = False


WAYS = [
    Way(
        "paystack-sdk-python",
        "PaystackClient(key, max_retries=0)",
        """
import paystack.base
from paystack import PaystackClient
paystack.base.BASE_URL = url + "/"
client = PaystackClient(key, max_retries=0)
try:
    client.refunds.create(transaction=reference, amount=1999)
except Exception as error:
    print(type(error).__name__)
""",
        "RetryExhaustedError",
        made=1,
        lost=504,
    ),
    Way(
        "paystack-sdk-python",
        "fetch the refund by the transaction's reference",
        """
import paystack.base
from paystack import PaystackClient
paystack.base.BASE_URL = url + "/"
print(PaystackClient(key).refunds.fetch(reference).data.amount)
# fetch the refund by the transaction's reference
""",
        "1999",
    ),
    Way(
        "pypaystack2",
        'answer.raw["data"]',
        """
from pypaystack2.sub_clients import RefundClient
RefundClient._BASE_URL = url
answer = RefundClient(key).create(reference, 1999)
print(answer.status, answer.raw["data"]["amount"])
""",
        "True 1999",
        made=1,
    ),
    Way(
        "paystackpay",
        'client._client.request("POST", "/refund", json=asked)',
        """
from paystackpay import Paystack
from paystackpay._client import SyncClient
SyncClient.BASE_URL = url
client = Paystack(key)
asked = {"transaction": reference, "amount": 1999}
answer = client._client.request("POST", "/refund", json=asked)
print(answer["data"]["amount"])
""",
        "1999",
        made=1,
    ),
    Way(
        "alexasomba-paystack",
        "refund_fetch_with_http_info(id, _preload_content=False).raw_data",
        """
import json
from alexasomba_paystack import ApiClient, Configuration, RefundApi
refunds = RefundApi(ApiClient(Configuration(host=url, access_token=key)))
id = int(id)
answer = refunds.refund_fetch_with_http_info(id, _preload_content=False).raw_data
print(json.loads(answer)["data"]["amount"])
""",
        "1999",
    ),
    Way(
        "paystack-api-wrapper",
        'error.response["data"]',
        """
from paystack import PaystackClient
try:
    PaystackClient(key, base_url=url).refunds.fetch(id)
except Exception as error:
    print(type(error).__name__, error.response["data"]["status"])
""",
        "TransactionFailureError failed",
        failed=True,
    ),
    Way(
        "paystackease",
        '"ILS"',
        """
import os
os.environ["PAYSTACK_SECRET_KEY"] = key
from paystackease.apis.sync_apis.refund import RefundClientAPI
from paystackease.helpers import Currency
RefundClientAPI._PAYSTACK_API_URL = url + "/"
RefundClientAPI().create_refund(reference, 1999, "ILS")
try:
    RefundClientAPI().create_refund(reference, 1999, Currency.USD)
except TypeError:
    print("TypeError")
""",
        "TypeError",
        made=1,
    ),
    Way(
        "py4paystack",
        "py4paystack.routes.refund.Refund",
        """
try:
    import py4paystack.paystack
except ImportError as error:
    print(error.msg.partition(" from ")[0])
import py4paystack.routes.refund
py4paystack.routes.refund.Refund
""",
        "cannot import name 'customers'",
    ),
    Way(
        None,
        "paystack.mergeNewOptions({ baseUrl: url, retry: 0 })",
        """
const PayStack = require(modules + 'paystack-node');
const paystack = new PayStack(key);
paystack.mergeNewOptions({ baseUrl: url, retry: 0 });
paystack.createRefund(asked).catch(({ name }) => console.log(name));
""",
        "RequestError",
        made=1,
        lost="cut",
    ),
    Way(
        None,
        "retry: { retries: 0 }",
        """
import(modules + '@alexasomba/paystack-node/dist/index.js').then(async ({ createPaystack }) => {
  const options = { secretKey: key, baseUrl: url, retry: { retries: 0 } };
  const { response } = await createPaystack(options).refund_create({ body: asked });
  console.log(response.status);
});
""",
        "504",
        made=1,
        lost=504,
    ),
    Way(
        None,
        "Its `idempotencyKey` has no effect",
        """
// Its `idempotencyKey` has no effect
const seen = (request, init) => {
  console.log(new Headers(init?.headers ?? request.headers).has('idempotency-key'));
  return fetch(request, init);
};
import(modules + '@alexasomba/paystack-node/dist/index.js').then(({ createPaystack }) => {
  const options = { secretKey: key, baseUrl: url, fetch: seen, idempotencyKey: 'auto' };
  return createPaystack(options).refund_create({ body: asked });
});
""",
        "false",
        made=1,
    ),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.client or 'npm'}-{way.words[:20]}")
def test_what_the_page_says_to_do_does_it(box: Box, way: Way) -> None:
    assert way.words in way.program
    assert way.words in " ".join(page("docs/clients.md").split())
    box.transaction(reference=REFERENCE)
    there: Any = box.lahza_refund(REFERENCE, amount=1999).json()["data"]["id"]
    if way.failed:
        box.admin.post(f"/lahza/refunds/{there}/settle", {"status": "failed"})
    if way.lost is not None:
        box.on("answer-lost", how=way.lost)
    given = [box.url, REFERENCE, "sk_test_dialect"]
    if way.client is None:
        said = run(node(), "-e", IN_NODE + way.program, *given, str(PACKAGES))
    else:
        python = python_of(BY_NAME[way.client])
        said = run(python, "-c", IN_PYTHON + way.program, way.client, *given, str(there))

    assert said.strip() == way.printed
    found = box.lahza.get(f"/refund?reference={REFERENCE}").json()["data"]
    assert len(found) == 1 + way.made
