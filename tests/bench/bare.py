"""What the sandbox is measured against: a bare Flask app that answers as much JSON, same server."""

import sys

from flask import Flask, Response, jsonify, request
from waitress.server import create_server

DOCUMENT = {
    "refund_id": "6ab2ec23-b8fb-49af-9f3c-917368121a1d",
    "payment_id": "23ff863d-6a00-490b-9ba2-5188dcc5bcac",
    "status": "CREATED",
    "amount": 35,
    "currency": "AED",
    "reason_code": "DUPLICATED_PAYMENT",
    "description": "Refund issued for Order NO. 21342322123",
    "external_reference": "21451234567",
    "beneficiary": {
        "name": "Dorsey Benito Cummerata",
        "iban": "AE430351735098528749489",
        "account_id": "07452743-13bb-4b87-a112-3a952a0c2211",
        "city": "Dubai",
    },
    "created_at": "2026-05-13T11:50:42.625199Z",
}

app = Flask(__name__)


@app.get("/refund/<refund_id>")
def get_refund(refund_id: str) -> Response:
    return jsonify({**DOCUMENT, "refund_id": refund_id})


@app.post("/refund")
def create_refund() -> Response:
    return jsonify({**DOCUMENT, **request.get_json()[0]})


if __name__ == "__main__":
    server = create_server(app, host="127.0.0.1", port=int(sys.argv[1]), threads=32)
    server.run()
