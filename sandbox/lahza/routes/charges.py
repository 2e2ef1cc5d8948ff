"""`/transaction`: the calls that begin a transaction."""

from flask import Response

from sandbox.http.exchange import this_call
from sandbox.lahza import charges
from sandbox.lahza.answers import success
from sandbox.lahza.auth import Access
from sandbox.lahza.routes.blueprint import base_url, body, routes, with_access
from sandbox.lahza.schemas import charges as schemas
from sandbox.lahza.schemas.transactions import TRANSACTION


@routes.post("/transaction/initialize")
@with_access
def initialize(access: Access) -> Response:
    values = schemas.load(schemas.INITIALIZE, body())
    transaction = charges.initialize(this_call(), access.domain, values, access.key)
    return success("Authorization URL created", schemas.dump_initialized(transaction, base_url()))


@routes.post("/transaction/charge_authorization")
@with_access
def charge_authorization(access: Access) -> Response:
    values = schemas.load(schemas.CHARGE, body())
    charged = charges.charge_authorization(this_call(), access.domain, values, access.key)
    return success("Charge attempted", TRANSACTION.dump(charged))
