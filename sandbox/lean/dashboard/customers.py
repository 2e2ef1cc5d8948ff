"""The pages of customers."""

from sandbox.engine.store.collections import Document
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.ledger_pages import SIZE, filters, paged
from sandbox.lean import entities, sources
from sandbox.lean.customers import CUSTOMERS
from sandbox.lean.dashboard.showing import helpers, look_up
from sandbox.lean.payments import PAYMENTS, seen


def show(visit: Visit) -> Shown | Moved:
    """The list, or a customer."""
    match list(visit.path):
        case []:
            return _list(visit)
        case [customer_id]:
            return _customer(visit, customer_id)
    raise NotThere


def _list(visit: Visit) -> Shown:
    given, call = filters(visit, "search"), visit.call
    search = given["search"].casefold()

    def keep(customer: Document) -> bool:
        return search in customer["customer_id"] or search in customer["app_user_id"].casefold()

    with call:
        values = paged(
            visit, given, lambda asked: CUSTOMERS.page(call, asked, keep=keep if search else None)
        )
        paid = PAYMENTS.collection(call)
        values["rows"] = [
            (each, len(paid.select("customer_id", each["customer_id"]))) for each in values["rows"]
        ]
    return Shown("lean/customers.html", {**helpers(visit), **values})


def _customer(visit: Visit, customer_id: str) -> Shown:
    call = visit.call
    with call:
        customer = look_up(visit, CUSTOMERS, customer_id)
        paid = PAYMENTS.collection(call).select("customer_id", customer_id)
        values = {
            "customer": customer,
            "sources": sources.of_customer(call, customer_id)[:SIZE],
            "entities": entities.of_customer(call, customer_id)[:SIZE],
            "payments": [seen(call, payment) for payment in paid.page(0, SIZE)],
            "count": len(paid),
        }
    return Shown("lean/customer.html", {**helpers(visit), **values})
