"""A small shop: gives money back through Lahza and Lean, and hears by webhook what becomes of it.

It ends with 0 if all came as expected. Addresses and secrets are set in compose.yaml.
"""

import hashlib
import hmac
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

PAYMENTS_URL = os.environ["PAYMENTS_URL"]  # in production, the providers' own
LAHZA_SECRET_KEY = os.environ["LAHZA_SECRET_KEY"]
LEAN_APP_TOKEN = os.environ["LEAN_APP_TOKEN"]
LEAN_WEBHOOK_SECRET = os.environ["LEAN_WEBHOOK_SECRET"]

heard: dict[str, list[str]] = {"lahza": [], "lean": []}


class Webhooks(BaseHTTPRequestHandler):
    """Believes none without the right signature, which is made over the body as it came."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        provider = self.path.strip("/")
        came, right = (lahza if provider == "lahza" else lean)(self.headers, body)
        genuine = hmac.compare_digest(came, right)
        event = json.loads(body)
        said = event["event"] if provider == "lahza" else status(event["payload"])
        heard[provider].append(said if genuine else "forged")
        print(f"{provider:6} webhook  {heard[provider][-1]}")
        self.send_response(200 if genuine else 401)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def lahza(headers: Any, body: bytes) -> tuple[str, str]:
    """The signature that came, and the right one."""
    right = hmac.new(LAHZA_SECRET_KEY.encode(), body, hashlib.sha256).hexdigest()
    return headers.get("x-lahza-signature", ""), right


def lean(headers: Any, body: bytes) -> tuple[str, str]:
    """The signature that came, and the right one."""
    right = hmac.new(LEAN_WEBHOOK_SECRET.encode(), body, hashlib.sha512).hexdigest()
    return headers.get("lean-signature", ""), f"sha512={right}"


def status(payment: dict[str, Any]) -> str:
    """Lean's word for where a payment is: what became of it after the bank had it, if known."""
    return str(payment.get("post_initiation_status", payment["status"]))


def call(method: str, path: str, body: object = None, **headers: str) -> Any:
    """The JSON that answers; a status of 400 or above is raised."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **headers}
    with urlopen(Request(PAYMENTS_URL + path, data, headers, method=method), timeout=30) as answer:
        return json.load(answer)


def expect(what: str, found: object, wanted: object) -> None:
    """Say what there is, and end if it is not what there should be."""
    print(f"{what:15} {found}")
    if found != wanted:
        sys.exit(f"{what:15} expected {wanted}")


def main() -> None:
    server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Webhooks)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    to_lahza = {"Authorization": f"Bearer {LAHZA_SECRET_KEY}"}
    order = {"transaction": "fixture-success", "amount": 2500}
    at_lahza = call("POST", "/refund", order, **to_lahza)["data"]
    expect("lahza  refund", at_lahza["status"], "pending")

    to_lean = {"lean-app-token": LEAN_APP_TOKEN}
    paid = "1ea00000-0000-4000-a000-000000000001"
    item = {"payment_id": paid, "amount": 35, "reason_code": "DUPLICATED_PAYMENT"}
    [at_lean] = call("POST", "/payouts/refunds", [item], **to_lean)
    expect("lean   refund", at_lean["status"], "CREATED")
    approved = {"refund_id": at_lean["refund_id"], "status": "APPROVED"}
    call("PUT", "/payouts/refunds", [approved], **to_lean)

    # A day goes by, which a shop can bring about in the sandbox alone. It answers when all that
    # fell due has happened, and its webhooks have been delivered.
    call("POST", "/_sandbox/clock/advance", {"by": "1d"})

    at_lahza = call("GET", f"/refund/{at_lahza['id']}", **to_lahza)["data"]
    expect("lahza  refund", at_lahza["status"], "processed")
    told = ["refund.pending", "refund.processing", "refund.processed"]
    expect("lahza  heard", heard["lahza"], told)
    at_lean = call("GET", f"/payouts/refunds/{at_lean['refund_id']}", **to_lean)
    expect("lean   refund", at_lean["status"], "ACCEPTED_BY_BANK")
    told = ["AWAITING_AUTHORIZATION", "PENDING_WITH_BANK", "ACCEPTED_BY_BANK", "PROCESSED"]
    expect("lean   heard", heard["lean"], told)


if __name__ == "__main__":
    main()
