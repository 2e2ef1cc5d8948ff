#!/usr/bin/env bash
# paystack-sdk-python 1.0.0 and paystack-node 0.3.0: where a refund is made and its answer lost, they ask for it again.
#
# Guessed: a client of a payment API sends a POST once, as nothing tells the server that the second is the same; and
# paystack-node's HTTP library, got 9.6.0, says that it sends GET, PUT, HEAD, DELETE, OPTIONS and TRACE again.
# Seen: paystack-sdk-python sends the POST four times, where it is answered with 504 or the connection is cut.
# paystack-node sends it once after a 504, three times after a cut: got looks at the method only where there was a
# status. And where all goes well, paystack-sdk-python raises ValidationError for the answer in Paystack's documents: it
# wants `transaction` to be a number, not an object. Whoever then tries again refunds twice.
# To do: PaystackClient(key, max_retries=0), and fetch the refund after a ValidationError;
# paystack.mergeNewOptions({ retry: 0 }).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check paystack-sdk-python==1.0.0 pydantic==2.14.4 requests==2.34.2
npm install --silent --ignore-scripts --no-audit --no-fund paystack-node@0.3.0 got@9.6.0
cat > refund.py <<'PY'
import sys

import paystack.base
from paystack import PaystackClient

paystack.base.BASE_URL = sys.argv[1] + "/"
try:
    PaystackClient("sk_test_1", backoff_factor=0.01).refunds.create(transaction="T1", amount=1000)
    print("no error")
except Exception as error:
    print(type(error).__name__)
PY
cat > refund.cjs <<'JS'
const PayStack = require('paystack-node');
const paystack = new PayStack('sk_test_1');
paystack.mergeNewOptions({ baseUrl: process.argv[2] });
paystack
  .createRefund({ transaction: 'T1', amount: 1000, currency: 'ZAR' })
  .then(() => console.log('no error'), (error) => console.log(error.name));
JS
bin/python - <<'PY'
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TRANSACTION = {"id": 1004723697, "domain": "live", "reference": "T685312322670591", "amount": 10000}
REFUND = {
    "transaction": {**TRANSACTION, "paid_at": "2021-08-20T18:34:11.000Z", "channel": "apple_pay", "currency": "NGN"},
    "integration": 412829, "deducted_amount": 0, "channel": None, "status": "pending", "currency": "NGN",
    "merchant_note": "Refund for transaction T685312322670591 by test@me.com", "domain": "live", "amount": 10000,
    "customer_note": "Refund for transaction T685312322670591", "refunded_by": "test@me.com", "id": 3018284,
    "expected_at": "2021-12-16T09:21:17.016Z", "fully_deducted": False,
    "createdAt": "2021-12-07T09:21:17.122Z", "updatedAt": "2021-12-07T09:21:17.122Z",
}
MADE = {"status": True, "message": "Refund has been queued for processing", "data": REFUND}
LATE = {"status": False, "message": "Gateway timeout"}
refunds = []


class Paystack(BaseHTTPRequestHandler):
    """Makes each refund; then answers as its documents say, or with 504, or not at all."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        refunds.append(self.path)
        if self.server.answer == "cut":
            self.close_connection = True
            return
        status, body = (200, MADE) if self.server.answer == "200" else (504, LATE)
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Paystack)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
CLIENTS = {
    "paystack-sdk-python": (["bin/python", "refund.py"], {"200": 1, "504": 4, "cut": 4}, "ValidationError"),
    "paystack-node": (["node", "refund.cjs"], {"200": 1, "504": 1, "cut": 3}, "no error"),
}
for client, (command, expected, after_200) in CLIENTS.items():
    for answer, times in expected.items():
        server.answer = answer
        refunds.clear()
        said = subprocess.run([*command, url], capture_output=True, text=True, timeout=120).stdout.strip()
        print(f"{client}, answer {answer}: asked for one refund, {len(refunds)} made; the caller gets: {said}")
        assert refunds == ["/refund"] * times, refunds
        assert (said == after_200) if answer == "200" else said not in ("", "no error"), said
PY
