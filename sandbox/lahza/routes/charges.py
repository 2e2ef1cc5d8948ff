"""`/transaction`: the calls that begin a transaction."""

from flask import Response

from sandbox.http.current import base_url, this_call
from sandbox.lahza import charges, schemas
from sandbox.lahza.auth import Access
from sandbox.lahza.responses import success
from sandbox.lahza.routes.blueprint import body, routes, with_access


@routes.post("/transaction/initialize")
@with_access
def initialize_transaction(access: Access) -> Response:
    values = schemas.charges.load(schemas.charges.INITIALIZE, body())
    transaction = charges.initialize(this_call(), access.domain, values, access.key)
    return success(
        "Authorization URL created", schemas.charges.dump_initialized(transaction, base_url())
    )


@routes.post("/transaction/charge_authorization")
@with_access
def charge_authorization(access: Access) -> Response:
    values = schemas.charges.load(schemas.charges.CHARGE, body())
    charged = charges.charge_authorization(this_call(), access.domain, values, access.key)
    return success("Charge attempted", schemas.transactions.TRANSACTION.dump(charged))
