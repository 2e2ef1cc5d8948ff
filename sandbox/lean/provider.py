"""Lean, whole: what the sandbox is handed of it."""

from sandbox.engine.model import Model, Seeder
from sandbox.http.provider import FAULTS, Provider
from sandbox.lean import application, fixtures, payments, refunds, schemas, scripts
from sandbox.lean.admin import control
from sandbox.lean.answers import headers, refuse
from sandbox.lean.routes import routes
from sandbox.lean.switches import Switches, SwitchesSchema

LEAN = Provider(
    model=Model(
        name="lean",
        collections=(
            payments.COLLECTION,
            refunds.COLLECTION,
            refunds.IDEMPOTENCY,
            application.COLLECTION,
        ),
        settings=Switches(),
        settings_schema=SwitchesSchema(),
        lifecycles={"refund": refunds.LIFECYCLE},
        handlers={payments.EVENT: payments.happen},
        targets=scripts.TARGETS,
        faults=FAULTS,
        fixtures=fixtures.FixtureSchema(),
        populate=fixtures.populate,
        seeders={"payments": Seeder(payments.COLLECTION.name, fixtures.make_payments)},
        secrets=frozenset({"authorization", "lean-app-token", "client_secret", "access_token"}),
    ),
    namespaces=frozenset(
        {"payouts", "payments", "reconciliation", "customers", "banks", "events", "oauth2"}
    ),
    routes=routes,
    control=control,
    refuse=refuse,
    headers=headers,
    dump={"refund": schemas.REFUND.dump},
)
