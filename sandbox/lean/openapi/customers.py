"""`/customers/v1`."""

from sandbox.engine.values.ids import uuid_of
from sandbox.lean import schemas
from sandbox.lean.openapi.common import CUSTOMER, SOURCE, SortedPageNumbers, data, day, paging
from sandbox.lean.wire import Uuid
from sandbox.openapi.description import Operation, array, record

_CUSTOMER = {"customer_id": CUSTOMER}
_SOURCE = {**_CUSTOMER, "payment_source_id": SOURCE}
_ENTITY = {**_CUSTOMER, "entity_id": uuid_of(f"{_SOURCE['payment_source_id']}/entity")}

OPERATIONS = {
    "create_customer": Operation(
        "Create a customer",
        schemas.customers.Customer,
        {"app_user_id": "user-17"},
        takes=schemas.customers.CreateCustomer,
        wrong={"app_user_id": [17, None, "fixture-payer"]},
    ),
    "list_customers": Operation(
        "List customers",
        data(schemas.customers.Customer, SortedPageNumbers),
        {"page_size": 2},
        query=paging("page_number", "page_size"),
        wrong={"page_size": [0]},
    ),
    "get_customer": Operation("Get a customer", schemas.customers.Customer, _CUSTOMER),
    "get_customer_by_app_user_id": Operation(
        "Get a customer by the name that your app knows",
        schemas.customers.Customer,
        {"app_user_id": "fixture-payer"},
        wrong={"app_user_id": ["nobody"]},
    ),
    "list_entities": Operation(
        "List a customer's entities",
        array(schemas.customers.Entity),
        _CUSTOMER,
        about="Each account that the customer pays from has one.",
    ),
    "search_entities": Operation(
        "List all entities of some days",
        data(schemas.customers.ListedEntity, SortedPageNumbers),
        {"start_date": "2026-11-01", "end_date": "2026-11-30"},
        query={
            "start_date": day("The first day."),
            "end_date": day("The last day."),
            "customer_id": Uuid(),
            **paging("page_number", "page_size", most=schemas.customers.MOST_ENTITIES),
        },
        wrong={"start_date": [None, "today"], "customer_id": ["me"], "page_size": [101]},
        about="The dates may be left out where a customer is named.",
    ),
    "get_entity": Operation("Get an entity", schemas.customers.Entity, _ENTITY),
    "delete_entity": Operation(
        "Delete an entity",
        record(),
        {**_ENTITY, "reason": "USER_REQUESTED"},
        takes=schemas.customers.DeleteEntity,
        wrong={"reason": ["BORED"]},
    ),
    "update_customer": Operation(
        "Update a customer",
        schemas.customers.Customer,
        {
            **_CUSTOMER,
            "government_identifiers": [{"type": "EMIRATES_ID", "value": "784-1990-1234567-1"}],
        },
        takes=schemas.customers.UpdateCustomer,
        wrong={"government_identifiers": [[{"type": "PASSPORT"}], [{}]]},
        about="What is given is checked, and shown nowhere.",
    ),
    "list_destinations_of_customer": Operation(
        "List a customer's payment destinations",
        array(schemas.destinations.KnownDestination),
        _CUSTOMER,
    ),
    "list_sources": Operation(
        "List a customer's payment sources", array(schemas.sources.Source), _CUSTOMER
    ),
    "get_source": Operation("Get a payment source", schemas.sources.Source, _SOURCE),
    "delete_source": Operation(
        "Delete a payment source",
        record(),
        {**_SOURCE, "reason": "USER_REQUESTED"},
        takes=schemas.sources.DeleteSource,
        wrong={"reason": [None]},
    ),
}
