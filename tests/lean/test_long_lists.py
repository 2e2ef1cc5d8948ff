"""How much a list shows at once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.settings import Settings
from tests.kit import Box, serving
from tests.lean.calls import NEW, error

MANY = 1001
INTENT = "2ea00000-0000-4000-8000-000000000000"


def _id(kind: int, n: int) -> str:
    return f"2ea00000-0000-4000-8000-{kind:04d}{n:08d}"


def _fixtures() -> dict[str, Any]:
    """Destinations, sources and payments of one customer, the payments of one intent."""
    common = {"customer_id": NEW}
    return {
        "destinations": {
            f"d{n}": {**common, "id": _id(1, n), "name": "Noor Haddad", "account_number": "1"}
            for n in range(MANY)
        },
        "payments": {
            f"p{n}": {
                **common,
                "id": _id(2, n),
                "payment_source_id": _id(3, n),
                "payment_intent_id": INTENT,
                "status": "FAILED",
            }
            for n in range(MANY)
        },
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder: Path = tmp_path_factory.mktemp("many")
    for group, entries in _fixtures().items():  # a file holds no more than one of the groups
        (folder / f"{group}.json").write_text(json.dumps({"lean": {group: entries}}))
    with serving(Settings(fixtures=(folder,))) as box:
        yield box


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/payments/v1/destinations", 1),
        (f"/customers/v1/{NEW}/destinations", 1),
        (f"/customers/v1/{NEW}/payment-sources", 3),
        (f"/payments/v1/intents/{INTENT}", 2),
    ],
)
def test_a_list_without_pages_holds_the_newest_1000(full: Box, path: str, kind: int) -> None:
    answer = full.lean.get(path).json()
    rows = answer if isinstance(answer, list) else answer["payments"]
    ids = [row["id"] for row in rows]

    assert len(ids) == 1000
    assert [each for each in ids if each.startswith("2ea")][:2] == [
        _id(kind, MANY - 1),
        _id(kind, MANY - 2),
    ]


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/payouts/refunds?", "size"),
        ("/payouts/v1/payments?", "page_size"),
        ("/customers/v1?", "page_size"),
        ("/payments/v1/intents?page=0&", "size"),
        ("/events/v1?page=0&", "size"),
    ],
)
def test_a_page_has_1000_rows_at_most(box: Box, path: str, size: str) -> None:
    assert box.lean.get(f"{path}{size}=1000").status_code == 200
    refused = box.lean.get(f"{path}{size}=1001")

    assert error(refused) == (400, "INVALID_PARAMETERS", f"{size}, value: 1001")
