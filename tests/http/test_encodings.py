"""Compressed bodies are read; what can't be is refused by whoever is asked, in its own form."""

import gzip
import json
import zlib

import pytest

from sandbox.http.bodies import MOST_BYTES
from tests.kit import Box

REFUND = json.dumps({"transaction": "fixture-success", "amount": 17}).encode()


def raw_deflate(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(data) + made.flush()


@pytest.mark.parametrize(
    ("encoding", "compressed"),
    [
        ("gzip", gzip.compress(REFUND, mtime=0)),
        ("GZIP", gzip.compress(REFUND[:9], mtime=0) + gzip.compress(REFUND[9:], mtime=0)),
        ("x-gzip", gzip.compress(REFUND, mtime=0)),
        ("deflate", zlib.compress(REFUND)),
        ("deflate", raw_deflate(REFUND)),
        ("identity", REFUND),
    ],
)
def test_a_compressed_body_is_read(box: Box, encoding: str, compressed: bytes) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    answer = box.lahza.post("/refund", compressed, headers=headers)

    assert (answer.status_code, answer.json()["data"]["amount"]) == (200, 17)
    (seen,) = box.admin.get("/requests?path=/refund").json()["requests"]
    assert seen["body"] == json.loads(REFUND)


def test_a_compressed_form_is_read(box: Box) -> None:
    form = gzip.compress(b"grant_type=client_credentials&client_id=a&client_secret=b&scope=api")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Encoding": "gzip",
    }

    assert box.anyone.post("/oauth2/token", form, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("br", REFUND, "Content-Encoding br is not read: send gzip, deflate or none"),
        (
            "gzip, gzip",
            REFUND,
            "Content-Encoding gzip, gzip is not read: send gzip, deflate or none",
        ),
        ("gzip", REFUND, "the body is not gzip, as its Content-Encoding says"),
        (
            "gzip",
            gzip.compress(REFUND, mtime=0)[:-9],
            "the body is not gzip, as its Content-Encoding says",
        ),
        ("deflate", b"\x00", "the body is not deflate, as its Content-Encoding says"),
    ],
)
def test_another_encoding_is_refused_by_its_name(
    box: Box, encoding: str, body: bytes, reason: str
) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    lahza = box.lahza.post("/refund", body, headers=headers)
    lean = box.lean.post("/payouts/refunds", body, headers=headers)
    admin = box.admin.post("/clock/advance", body, headers=headers)

    assert (lahza.status_code, lahza.json()) == (400, {"status": False, "message": reason})
    assert (lean.status_code, lean.json()["message"]) == (400, reason)
    assert lean.json()["status"] == "INVALID_PARAMETERS"
    assert (admin.status_code, admin.json()["detail"]) == (415, reason)
    assert box.lahza.get("/refund?reference=fixture-success").json()["data"] == []


def test_what_a_body_comes_to_is_bounded(box: Box) -> None:
    """A little more than the limit, of much less when it is compressed."""
    body = gzip.compress(b'{"transaction": "fixture-success", "x": "' + b"x" * MOST_BYTES + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    plain = box.lahza.post("/refund", b" " * (MOST_BYTES + 1), headers={"Connection": "close"})
    answer = box.lahza.post("/refund", body, headers=headers)

    assert len(body) < MOST_BYTES / 100
    assert (answer.status_code, answer.json()) == (plain.status_code, plain.json())


def test_of_what_stands_twice_the_last_counts(box: Box) -> None:
    """In JSON, in forms and in queries."""
    as_json = {"Content-Type": "application/json"}
    text = b'{"transaction": "fixture-success", "amount": 10, "amount": 20}'
    as_form = {"Content-Type": "application/x-www-form-urlencoded"}
    form = b"transaction=fixture-success&amount=10&amount=20"
    made = [
        box.lahza.post("/refund", text, headers=as_json).json()["data"]["amount"],
        box.lahza.post("/refund", form, headers=as_form).json()["data"]["amount"],
    ]

    assert made == [20, 20]
    assert len(box.lahza.get("/refund?perPage=2&perPage=1").json()["data"]) == 1
    assert len(box.lean.get("/payouts/refunds?size=2&size=1").json()["content"]) == 1
    assert len(box.admin.get("/requests?limit=2&limit=1").json()["requests"]) == 1
