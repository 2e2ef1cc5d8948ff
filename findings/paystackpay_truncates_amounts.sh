#!/usr/bin/env bash
# paystackpay 1.0.1 (PyPI): a refund of 19.99 is sent as 1998 minor units, and its currency not at all.
#
# Guessed: amounts are minor units, as everywhere in Paystack's API; or, where a client takes major ones, it rounds.
# What is named as `currency` is sent.
# Seen: it takes major units and does `int(amount * 100)`, so what binary floating point leaves below the whole number
# costs a unit: 19.99 * 100 is 1998.9999999999998. Of the amounts from 0.01 to 100.00 this strikes 573. Who hands it
# minor units refunds a hundred times too much. `currency` only chooses the factor, 100 for each; it is GHS unless
# given. A Decimal, which would be exact, is refused.
# To do: `client._client.request("POST", "/refund", json={…})` with minor units.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check paystackpay==1.0.1 httpx==0.28.1
"$folder/bin/python" - <<'PY'
import json
import sys
from decimal import Decimal

import httpx
from paystackpay import InvalidRequestError, Paystack

sent = []


def answer(request):
    sent.append(json.loads(request.content))
    return httpx.Response(200, json={"status": True, "message": "Refund has been queued", "data": {}})


client = Paystack("sk_test_a")
client._client._http = httpx.Client(base_url="http://gateway.test", transport=httpx.MockTransport(answer))
client.refunds.create("T685312322670591", 19.99, "ILS")
print("19.99 ILS:", sent[0])
for cents in range(1, 10_001):
    client.refunds.create("T685312322670591", cents / 100, "ILS")
less = sum(body["amount"] == cents - 1 for cents, body in enumerate(sent[1:], 1))
print("of 10000 amounts,", less, "are one less")
try:
    client.refunds.create("T685312322670591", Decimal("19.99"), "ILS")
    refused = False
except InvalidRequestError:
    refused = True
wanted = {"transaction": "T685312322670591", "amount": 1998}
sys.exit((sent[0], less, refused) != (wanted, 573, True))
PY
