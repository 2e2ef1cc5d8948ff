"""`/payment-links/v1`."""

from sandbox.lean import schemas
from sandbox.lean.openapi import common
from sandbox.lean.openapi.common import UNKNOWN, PageNumbers
from sandbox.lean.schemas.links import LARGEST_PAGE
from sandbox.openapi.description import Answer, Case, Operation, SchemaLike, Step, array, record

LINK = {"payment_link_id": "588a376c-899f-49d0-97eb-f408f97f22ff"}
USAGE = {**LINK, "usage_id": "058e53e3-4624-4552-b7f5-38ad92fa77aa"}
PAGE = {"page_id": "0ea797cd-d3f1-469c-aee1-44b6789f6aa3"}
"""The ids of what the steps make, and that of the link's page."""
_DETAILS = {"reference": "Order 1", "currency": "AED", "amount": 150, "payment_purpose": "FIS"}
_SAMPLE = {
    "payment_details": _DETAILS,
    "name": "Order 1",
    "max_usages": 1,
    "expires_at": "2027-01-08T09:00:00Z",
    "redirect_url": "https://shop.example/thanks?order=1",
    "identifiers": [
        {"type": "EMAIL", "display_label": "Your email", "required": True, "limit": 100}
    ],
}
CREATED = (Step("POST", "/payment-links/v1", _SAMPLE),)
"""Makes a link."""
BEGUN = (
    *CREATED,
    Step(
        "POST",
        f"/_sandbox/lean/payment-links/{LINK['payment_link_id']}/usages",
        {"identifiers": ["payer@example.com"]},
    ),
)
"""Makes one, and a usage of it."""


def _details(**values: object) -> dict[str, object]:
    return {**_DETAILS, **values}


def _content(rows: SchemaLike) -> SchemaLike:
    return record(content=array(rows), page=PageNumbers)


OPERATIONS = {
    "create_payment_link": Operation(
        "Create a payment link",
        [Answer(schemas.links.Link, 201)],
        _SAMPLE,
        takes=schemas.links.CreateLink,
        wrong={
            "payment_details": [
                None,
                _details(reference=None),
                _details(currency="XXX"),
                _details(amount=0),
                _details(amount=1000001),
                _details(destination_id=UNKNOWN),
            ],
            "max_usages": [0],
            "expires_at": ["2026-12-31T00:00:00Z"],
            "redirect_url": ["shop"],
            "customer_id": [UNKNOWN],
            "identifiers": [[{"type": "NAME"}]],
        },
        about="Anybody can pay at `link`, `max_usages` times. Amounts are in major units.",
    ),
    "list_payment_links": Operation(
        "List payment links",
        _content(schemas.links.Link),
        {"page": 0, "size": 1},
        before=CREATED,
        query=common.paging(most=LARGEST_PAGE),
        wrong={"page": [-1], "size": [LARGEST_PAGE + 1]},
    ),
    "get_payment_link": Operation("Get a payment link", schemas.links.Link, LINK, before=CREATED),
    "update_payment_link": Operation(
        "Switch a payment link off, or on again",
        schemas.links.Link,
        {**LINK, "status": "DISABLED"},
        takes=schemas.links.UpdateLink,
        before=CREATED,
        wrong={"status": [None, "USED"]},
        refused=[
            Case({"status": "ACTIVE"}, [Step("POST", "/_sandbox/clock/advance", {"by": "7d"})])
        ],
    ),
    "list_usages": Operation(
        "List the usages of a payment link",
        _content(schemas.links.Usage),
        {**LINK, "page": 0, "size": 1},
        before=BEGUN,
        query=common.paging(most=LARGEST_PAGE),
        wrong={"size": [0]},
    ),
    "get_usage": Operation(
        "Get a usage of a payment link", schemas.links.Usage, USAGE, before=BEGUN
    ),
}
