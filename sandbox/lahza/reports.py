"""What a domain's transactions come to: totals, and exports to a file.

An export: name (of its file), expires_at, content (CSV). The last few are kept, as they were
made, in one document.
"""

import csv
from collections.abc import Iterable
from io import BytesIO, TextIOWrapper

from sandbox.engine.provider.resources import Listing
from sandbox.engine.provider.rules import Call
from sandbox.engine.store.collections import CollectionSpec, Document
from sandbox.engine.values.instants import DAY, Duration
from sandbox.lahza import transactions
from sandbox.lahza.documents import PAID
from sandbox.lahza.errors import export_not_found, export_too_large
from sandbox.lahza.wire import timestamp

EXPORTS = CollectionSpec("lahza.exports", created=lambda _: 0)
EXPIRES_AFTER: Duration = DAY
_MOST_EXPORTS = 5
MOST_BYTES = 4 * 1024 * 1024
"""Of an export."""
_ID = "exports"
_COLUMNS = (
    "id domain reference status amount currency fees channel gateway_response created_at paid_at "
    "customer_code email first_name last_name"
).split()


def _on_one_page(asked: Listing) -> Listing:
    """The same filters, and all that they leave."""
    return asked._replace(offset=0, size=10**9)


def totals(call: Call, domain: str, asked: Listing) -> tuple[int, dict[str, int]]:
    """How many transactions took money, given back or not, and how much by currency.

    Returns:
        The number, and the amounts in minor units.
    """
    count, volume = 0, dict[str, int]()
    for transaction in transactions.page(call, domain, _on_one_page(asked))[0]:
        if transaction["status"] in PAID:
            currency = transaction["currency"]
            count += 1
            volume[currency] = volume.get(currency, 0) + transaction["amount"]
    return count, dict(sorted(volume.items()))


def export(call: Call, domain: str, asked: Listing) -> Document:
    """Write the transactions that filters leave to a file, newest first.

    Raises:
        LahzaError: 400, they are too many for one.
    """
    found, _ = transactions.page(call, domain, _on_one_page(asked))
    content = _csv(found)
    with call:
        made = {
            "name": f"{domain}-{call.ids.hex('lahza.export', 20)}.csv",
            "expires_at": call.now + EXPIRES_AFTER,
            "content": content,
        }
        kept = [*_exports(call), made][-_MOST_EXPORTS:]
        call.collection(EXPORTS.name).put(_ID, {"kept": kept})
        return made


def _csv(found: Iterable[Document]) -> str:
    content = BytesIO()
    text = TextIOWrapper(content, "utf-8", newline="", write_through=True)
    writer = csv.DictWriter(text, _COLUMNS, extrasaction="ignore")
    writer.writeheader()
    for transaction in found:
        paid_at = transaction["paid_at"]
        moments = {
            "created_at": timestamp(transaction["created_at"]),
            "paid_at": None if paid_at is None else timestamp(paid_at),
        }
        writer.writerow({**transaction["customer"], **transaction, **moments})
        if content.tell() > MOST_BYTES:
            raise export_too_large()
    return content.getvalue().decode()


def find_export(call: Call, name: str) -> Document:
    """An export that is kept and has not expired.

    Raises:
        LahzaError: 404.
    """
    with call:
        for made in _exports(call):
            if made["name"] == name and call.now < made["expires_at"]:
                return made
    raise export_not_found()


def _exports(call: Call) -> list[Document]:
    stored = call.collection(EXPORTS.name).get(_ID)
    return [] if stored is None else stored["kept"]
