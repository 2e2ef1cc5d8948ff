"""Lahza, whole: what the sandbox is handed of it."""

from sandbox.engine.model import Model, Seeder
from sandbox.http.provider import FAULTS, Provider
from sandbox.lahza import fixtures, merchant, refunds, schemas, scripts, transactions
from sandbox.lahza.admin import control
from sandbox.lahza.answers import headers, refuse
from sandbox.lahza.routes import routes
from sandbox.lahza.switches import Switches, SwitchesSchema

LAHZA = Provider(
    model=Model(
        name="lahza",
        collections=(transactions.COLLECTION, refunds.COLLECTION, merchant.COLLECTION),
        settings=Switches(),
        settings_schema=SwitchesSchema(),
        lifecycles={"refund": refunds.LIFECYCLE},
        handlers={},
        targets=scripts.TARGETS,
        faults=FAULTS,
        fixtures=fixtures.FixtureSchema(),
        populate=fixtures.populate,
        seeders={"transactions": Seeder(transactions.COLLECTION.name, fixtures.make_transactions)},
        secrets=frozenset({"authorization", "authorization_code"}),
    ),
    namespaces=frozenset({"refund", "transaction"}),
    routes=routes,
    control=control,
    refuse=refuse,
    headers=headers,
    dump={"refund": schemas.REFUND.dump},
)
