"""Lahza, whole: what the sandbox is handed of it."""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Request

from sandbox.engine.provider.model import Model
from sandbox.http.provider import FAULTS, Credentials, Provider
from sandbox.lahza import (
    auth,
    fixtures,
    hints,
    made_up,
    merchant,
    overlays,
    refunds,
    reports,
    schemas,
    transactions,
    webhooks,
)
from sandbox.lahza.admin import control
from sandbox.lahza.errors import LahzaError
from sandbox.lahza.responses import headers, refuse
from sandbox.lahza.routes import routes
from sandbox.lahza.settings import ProviderSettings, SwitchesSchema
from sandbox.settings import Settings


def first_call(url: str, settings: Settings, fixtures: Mapping[str, Any]) -> list[str]:
    """Where Lahza is served, with what key, and a refund to try."""
    only = auth.only_key(settings)
    key = only or "sk_test_sandbox"
    reference = fixtures["lahza.transactions"]["success"]["reference"]
    body = {"transaction": reference, "amount": 1000}
    others = " (any sk_test_… or sk_live_…)" if only is None else ""
    return [
        f"Lahza   base URL {url}   secret key: {key}{others}",
        f"  curl {url}/refund -H 'Authorization: Bearer {key}' \\",
        f"    -H 'Content-Type: application/json' -d '{json.dumps(body)}'",
    ]


def credentials(request: Request, settings: Settings) -> Credentials:
    """Whether the secret key is accepted, and the world that it names."""
    try:
        access = auth.admit(settings, request.headers.get("Authorization"))
    except LahzaError:
        return Credentials()
    name = auth.world_named(access)
    return Credentials(True, [] if name is None else [name])


_UNSERVED = tuple(
    f"/{name}"
    for name in (
        "balance bank bulkcharge capture charge country customer dispute integration invoice page "
        "paymentrequest plan product settlement split subaccount subscription terminal transfer "
        "transferrecipient"
    ).split()
)
"""What Lahza has besides, or Paystack, on which its API is modelled."""

LAHZA = Provider(
    model=Model(
        name="lahza",
        collections=(
            transactions.TRANSACTIONS.spec,
            refunds.REFUNDS.spec,
            merchant.COLLECTION,
            reports.EXPORTS,
        ),
        settings=ProviderSettings(),
        settings_schema=SwitchesSchema(),
        lifecycles={"refund": refunds.LIFECYCLE},
        targets=overlays.TARGETS,
        faults=FAULTS,
        fixtures=fixtures.FIXTURES,
        seeders=made_up.SEEDERS,
        payments=transactions.LISTED,
        refunds=refunds.LISTED,
        webhooks=webhooks.WEBHOOKS,
        secrets=frozenset({"authorization", "authorization_code", "card_number", "cvv"}),
    ),
    namespaces=frozenset({"refund", "transaction", "checkout"}),
    routes=routes,
    control=control,
    refuse=refuse,
    credentials=credentials,
    variables=auth.VARIABLES,
    useless=auth.useless,
    headers=headers,
    first_call=first_call,
    hints=hints.RULES,
    test_mode=lambda: import_module("sandbox.lahza.test_mode").TEST_MODE,
    dashboard=lambda: import_module("sandbox.lahza.dashboard").PART,
    describe=lambda: import_module("sandbox.lahza.openapi").DESCRIBED,  # (a start needs none)
    dump={"refund": lambda refund: schemas.refunds.REFUND.dump(refund)},
    unserved=_UNSERVED,
    is_meant=lambda request: auth.looks_like_a_key(request.headers.get("Authorization")),
    pages=frozenset({"checkout"}),
)
