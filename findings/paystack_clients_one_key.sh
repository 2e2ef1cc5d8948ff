#!/usr/bin/env bash
# paystackapi 2.1.3 (Python) and paystack-api 2.0.6 (npm): two clients in a process have one key, in one the first, in the other the last.
#
# Guessed: a client that is made with a key sends that key.
# Seen: of two clients for two accounts, both of paystackapi's send the key that was given first: all its
# classes share one sender. Both of paystack-api's send the key that was given last: it puts its methods on the
# prototype, bound to the newest client. A refund of one account's transaction is asked of the other account.
# To do: one key in a process.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check paystackapi==2.1.3 requests==2.34.2
npm install --silent --ignore-scripts --no-audit --no-fund paystack-api@2.0.6
cat > refund.py <<'PY'
import sys

import paystackapi
from paystackapi.paystack import Paystack

paystackapi.API_URL = sys.argv[1] + "/"
one, other = Paystack(secret_key="sk_test_one"), Paystack(secret_key="sk_test_other")
one.refund.create(transaction="T1", amount=1000)
other.refund.create(transaction="T2", amount=1000)
PY
cat > refund.cjs <<'JS'
const paystackApi = require('paystack-api');
const one = paystackApi('sk_test_one');
const other = paystackApi('sk_test_other');
one.endpoint = other.endpoint = process.argv[2];
one.refund
  .create({ transaction: 'T1', amount: 1000 })
  .then(() => other.refund.create({ transaction: 'T2', amount: 1000 }));
JS
bin/python - <<'PY'
import json
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

seen = []


class Paystack(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        seen.append((asked["transaction"], self.headers["Authorization"]))
        body = json.dumps({"status": True, "message": "Refund has been queued for processing", "data": {}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Paystack)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
for client, command, key in (
    ("paystackapi", ["bin/python", "refund.py"], "sk_test_one"),
    ("paystack-api", ["node", "refund.cjs"], "sk_test_other"),
):
    seen.clear()
    subprocess.run([*command, url], check=True, timeout=120, stderr=subprocess.DEVNULL)
    for (transaction, authorization), given in zip(seen, ("sk_test_one", "sk_test_other"), strict=True):
        print(f"{client}: the client with {given} refunds {transaction} as {authorization}")
    assert seen == [("T1", f"Bearer {key}"), ("T2", f"Bearer {key}")], seen
PY
