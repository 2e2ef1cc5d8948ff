"""`/customers/v1`."""

from sandbox.lean import schemas
from sandbox.lean.errors import customer_exists, missing, unknown
from sandbox.lean.openapi.common import (
    CUSTOMER,
    UNKNOWN,
    SortedPageNumbers,
    bad,
    data,
    failures,
    ok,
    paging,
)
from sandbox.openapi.description import Operation, Sample, array, record

_CUSTOMER = Sample({"customer_id": CUSTOMER})
_SOURCE = Sample(
    {"customer_id": CUSTOMER, "payment_source_id": "4a7ff5c7-1ea0-497f-aac7-160bcf4f8da3"}
)
_NO_CUSTOMER = failures(bad("customer_id", "abc"), unknown("customer", UNKNOWN))
_NO_SOURCE = [*_NO_CUSTOMER, *failures(unknown("payment source", UNKNOWN))]

OPERATIONS = {
    "create_customer": Operation(
        "Create a customer",
        ok(schemas.customers.Customer),
        Sample(body={"app_user_id": "user-17"}),
        takes=schemas.customers.CreateCustomer,
        failures=failures(bad("app_user_id", 17), missing("app_user_id"), customer_exists()),
    ),
    "list_customers": Operation(
        "List customers",
        ok(data(schemas.customers.Customer, SortedPageNumbers)),
        Sample(query={"page_size": 2}),
        query=paging("page_number", "page_size"),
        failures=failures(bad("page_size", 0)),
    ),
    "get_customer": Operation(
        "Get a customer", ok(schemas.customers.Customer), _CUSTOMER, failures=_NO_CUSTOMER
    ),
    "get_customer_by_app_user_id": Operation(
        "Get a customer by the name that your app knows",
        ok(schemas.customers.Customer),
        Sample({"app_user_id": "fixture-payer"}),
        failures=failures(unknown("customer", "nobody", key="app_user_id")),
    ),
    "list_entities": Operation(
        "List a customer's entities",
        ok({"type": "array", "maxItems": 0}),
        _CUSTOMER,
        failures=_NO_CUSTOMER,
        about="There are none: entities come with Lean's data product, which is not served.",
    ),
    "list_destinations_of_customer": Operation(
        "List a customer's payment destinations",
        ok(array(schemas.destinations.Destination)),
        _CUSTOMER,
        failures=_NO_CUSTOMER,
    ),
    "list_sources": Operation(
        "List a customer's payment sources",
        ok(array(schemas.sources.Source)),
        _CUSTOMER,
        failures=_NO_CUSTOMER,
    ),
    "get_source": Operation(
        "Get a payment source", ok(schemas.sources.Source), _SOURCE, failures=_NO_SOURCE
    ),
    "delete_source": Operation(
        "Delete a payment source",
        ok(record()),
        _SOURCE._replace(body={"reason": "USER_REQUESTED"}),
        takes=schemas.sources.DeleteSource,
        failures=[*failures(missing("reason")), *_NO_SOURCE],
    ),
}
