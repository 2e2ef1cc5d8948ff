"""Lean, whole: what the sandbox is handed of it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.engine.provider.model import Model
from sandbox.http.provider import FAULTS, Credentials, Provider
from sandbox.lean import (
    account_on_file,
    application,
    auth,
    consent_terms,
    consents,
    customers,
    deposits,
    destinations,
    fixtures,
    hints,
    idempotency,
    intents,
    links,
    made_up,
    overlays,
    payer,
    payments,
    payout_destinations,
    payouts,
    reconciliation,
    refunds,
    schemas,
    sessions,
    sources,
    usages,
    webhooks,
)
from sandbox.lean.admin import control
from sandbox.lean.errors import brief
from sandbox.lean.responses import TOKEN, headers, refuse
from sandbox.lean.routes import routes
from sandbox.lean.settings import ProviderSettings, SwitchesSchema
from sandbox.settings import Settings


def first_call(url: str, settings: Settings, fixtures: Mapping[str, Any]) -> list[str]:
    """Where Lean is served, with what credentials, and a refund to try."""
    only = auth.only_client(settings)
    app_token = only or "sandbox"
    payment = fixtures["lean.payments"]["reconciled"]["id"]
    item = {"payment_id": payment, "amount": 10, "reason_code": "CUSTOMER_REQUEST"}
    client = "any client id and secret" if only is None else "your client"
    return [
        f"Lean    base URL {url}   lean-app-token: {app_token}",
        f"        or a token from {url}/oauth2/token; {client}",
        f"  curl {url}/payouts/refunds -H 'lean-app-token: {app_token}' \\",
        f"    -H 'Content-Type: application/json' -d '{json.dumps([item])}'",
    ]


def credentials(request: Request, settings: Settings) -> Credentials:
    """Whether the token or the client is accepted, and the worlds that they name."""
    form: Mapping[str, str] = {}
    if request.path == TOKEN:
        with suppress(RequestEntityTooLarge):  # which the route answers
            request.get_data()  # so that the form can be read again
            form = request.form
    given = (request.headers.get("Authorization"), request.headers.get("lean-app-token"), form)
    return Credentials(auth.holds(settings, *given), auth.worlds_named(settings, *given))


_UNSERVED = (
    "/data",
    "/insights",
    "/payouts/v1/bulk-payments",
    "/payouts/v1/split-payments",
    "/schedules",
    "/verifications",
)
"""What Lean has besides."""

LEAN = Provider(
    model=Model(
        name="lean",
        token_paths=(TOKEN,),
        collections=(
            customers.CUSTOMERS.spec,
            destinations.DESTINATIONS.spec,
            sources.SOURCES.spec,
            sources.BENEFICIARIES.spec,
            intents.INTENTS.spec,
            sessions.SESSIONS.spec,
            links.LINKS.spec,
            usages.USAGES.spec,
            consent_terms.CONSENTS.spec,
            account_on_file.ON_FILE.spec,
            deposits.DEPOSITS.spec,
            payments.PAYMENTS.spec,
            refunds.REFUNDS.spec,
            payouts.PAYOUTS.spec,
            payout_destinations.PAYOUT_DESTINATIONS.spec,
            idempotency.COLLECTION,
            application.COLLECTION,
        ),
        settings=ProviderSettings(),
        settings_schema=SwitchesSchema(),
        lifecycles={
            "refund": refunds.LIFECYCLE,
            "payout": payouts.LIFECYCLE,
            "reconciliation": reconciliation.LIFECYCLE,
            webhooks.CONSENT: consents.LIFECYCLE,
            webhooks.ACCOUNT_ON_FILE: account_on_file.LIFECYCLE,
        },
        handlers={payer.DEPOSIT: payer.happen, sources.BENEFICIARY: sources.happen},
        targets=overlays.TARGETS,
        faults=FAULTS,
        fixtures=fixtures.FIXTURES,
        seeders=made_up.SEEDERS,
        payments=payments.LISTED,
        refunds=refunds.LISTED,
        webhooks=webhooks.WEBHOOKS,
        secrets=frozenset({"authorization", "lean-app-token", "client_secret", "access_token"}),
        secrets_at={TOKEN: frozenset({"client_id"})},
    ),
    namespaces=frozenset(
        (
            "payouts payments reconciliation customers consents banks events sessions "
            "payment-links secure oauth2"
        ).split()
    ),
    pages=frozenset({"secure"}),
    routes=routes,
    control=control,
    refuse=refuse,
    credentials=credentials,
    unserved=_UNSERVED,
    is_meant=lambda request: auth.looks_like_leans(
        request.headers.get("Authorization"), request.headers.get("lean-app-token")
    ),
    variables=auth.VARIABLES,
    headers=headers,
    brief=brief,
    first_call=first_call,
    hints=hints.RULES,
    test_mode=lambda: import_module("sandbox.lean.test_mode").TEST_MODE,
    dashboard=lambda: import_module("sandbox.lean.dashboard").PART,
    describe=lambda: import_module("sandbox.lean.openapi").DESCRIBED,  # (a start needs none)
    dump={
        "refund": lambda refund: schemas.refunds.REFUND.dump(refund),
        "payout": lambda payout: schemas.payouts.PAYOUT.dump(payout),
        "reconciliation": lambda payment: schemas.reconciliation.RECONCILIATION.dump(payment),
        webhooks.CONSENT: lambda consent: schemas.consents.NEW.dump(consent),
        webhooks.ACCOUNT_ON_FILE: lambda payment: schemas.account_on_file.PAYMENT.dump(payment),
    },
)
