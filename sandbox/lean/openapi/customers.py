"""`/customers/v1`."""

from sandbox.lean import schemas
from sandbox.lean.openapi.common import (
    CUSTOMER,
    SortedPageNumbers,
    data,
    no_such,
    ok,
    paging,
)
from sandbox.openapi.description import Operation, Sample, array, const, record

_CUSTOMER = Sample({"customer_id": CUSTOMER})
_NO_CUSTOMER = no_such("customer_id")
_NEW = Sample(body={"app_user_id": "user-17"})
_SOURCE_ID = "4a7ff5c7-1ea0-497f-aac7-160bcf4f8da3"
_SOURCE = Sample({"customer_id": CUSTOMER, "payment_source_id": _SOURCE_ID})
_NO_SOURCE = [
    *no_such("customer_id", payment_source_id=_SOURCE_ID),
    *no_such("payment_source_id", customer_id=CUSTOMER),
]
_DELETED = _SOURCE._replace(body={"reason": "USER_REQUESTED"})

OPERATIONS = {
    "create_customer": Operation(
        "Create a customer",
        ok(schemas.customers.Customer),
        _NEW,
        takes=schemas.customers.CreateCustomer,
        refused=[
            _NEW.but(app_user_id=17),
            _NEW.but(app_user_id=None),
            _NEW.but(app_user_id="fixture-payer"),
        ],
    ),
    "list_customers": Operation(
        "List customers",
        ok(data(schemas.customers.Customer, SortedPageNumbers)),
        Sample(query={"page_size": 2}),
        query=paging("page_number", "page_size"),
        refused=[Sample(query={"page_size": 0})],
    ),
    "get_customer": Operation(
        "Get a customer", ok(schemas.customers.Customer), _CUSTOMER, refused=_NO_CUSTOMER
    ),
    "get_customer_by_app_user_id": Operation(
        "Get a customer by the name that your app knows",
        ok(schemas.customers.Customer),
        Sample({"app_user_id": "fixture-payer"}),
        refused=[Sample({"app_user_id": "nobody"})],
    ),
    "list_entities": Operation(
        "List a customer's entities",
        ok(const([])),
        _CUSTOMER,
        refused=_NO_CUSTOMER,
        about="There are none: entities come with Lean's data product, which is not served.",
    ),
    "list_destinations_of_customer": Operation(
        "List a customer's payment destinations",
        ok(array(schemas.destinations.Destination)),
        _CUSTOMER,
        refused=_NO_CUSTOMER,
    ),
    "list_sources": Operation(
        "List a customer's payment sources",
        ok(array(schemas.sources.Source)),
        _CUSTOMER,
        refused=_NO_CUSTOMER,
    ),
    "get_source": Operation(
        "Get a payment source", ok(schemas.sources.Source), _SOURCE, refused=_NO_SOURCE
    ),
    "delete_source": Operation(
        "Delete a payment source",
        ok(record()),
        _DELETED,
        takes=schemas.sources.DeleteSource,
        refused=[
            _DELETED.but(reason=None),
            *(sample._replace(body=_DELETED.body) for sample in _NO_SOURCE),
        ],
    ),
}
