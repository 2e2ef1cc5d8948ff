#!/usr/bin/env bash
# paystack-api-wrapper 2 (PyPI): to fetch a refund that has failed raises "Transaction failed: failed".
#
# Guessed: an exception means that the call failed; a refund's own `status` is data.
# Seen: any success whose `data.status` is failed, abandoned or cancelled raises TransactionFailureError, a GET too.
# So a job that polls refunds stops at the first that the customer's bank sent back, the one that it is there for.
# In a list the same refund is plain data.
# To do: catch TransactionFailureError around `refunds.fetch`, and read `error.response["data"]`.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check paystack-api-wrapper==2
"$folder/bin/python" - <<'PY'
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from paystack import PaystackClient

FAILED = {"id": 3018284, "transaction": 1004723697, "amount": 10000, "currency": "NGN", "status": "failed"}


class Gateway(BaseHTTPRequestHandler):
    def do_GET(self):
        data = FAILED if "3018284" in self.path else [FAILED]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"status": True, "message": "Refund retrieved", "data": data}).encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = PaystackClient("sk_test_a", base_url=f"http://127.0.0.1:{server.server_port}")
try:
    client.refunds.fetch(3018284)
    raised, held = "nothing", None
except Exception as error:
    raised, held = type(error).__name__, error.response["data"]
listed, _ = client.refunds.list_refunds("1004723697", "NGN")
print(f"fetch raises {raised}, which holds {held}; list gives {listed}")
sys.exit((raised, held, listed) != ("TransactionFailureError", FAILED, [FAILED]))
PY
