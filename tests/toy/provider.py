"""Vouchers over HTTP, and all that the sandbox is handed of them."""

from pathlib import Path

from flask import Blueprint, Request, Response, request
from marshmallow import fields

from sandbox.engine.provider.model import Model
from sandbox.engine.provider.rules import Seeder
from sandbox.http.admin_requests import load
from sandbox.http.bodies import json_response
from sandbox.http.current import server_settings, this_call
from sandbox.http.problems import Problem
from sandbox.http.provider import FAULTS, Credentials, Provider, Refusal
from sandbox.openapi import description as api
from sandbox.settings import Settings, is_accepted
from tests.toy import vouchers

routes, control = Blueprint("voucher", __name__), Blueprint("voucher_control", __name__)
_VOUCHER = vouchers.Voucher()
_STATUS = {"not_found": 404, "method_not_allowed": 405, "unauthorized": 401, "forbidden": 403}
_STATUS |= {"rate_limited": 429, "unavailable": 503, "internal_error": 500}


def refuse(refusal: Refusal, path: str = "", detail: str = "") -> Response:
    return json_response({"error": detail or refusal}, _STATUS.get(refusal, 400))


def credentials(request: Request, settings: Settings) -> Credentials:
    key = request.headers.get("Voucher-Key", "")
    return Credentials(key != "" and is_accepted(key, settings.only("voucher", "key")))


@routes.post("/vouchers")
@control.post("/payments")
def issue_voucher() -> Response:
    values = load(vouchers.NewVoucher())
    return json_response(_VOUCHER.dump(vouchers.issue(this_call(), values["amount"])), 201)


@routes.get("/vouchers/<subject>")
def get_voucher(subject: str) -> Response:
    return json_response(_VOUCHER.dump(vouchers.VOUCHERS.get(this_call(), subject)))


routes.register_error_handler(KeyError, lambda _: refuse("not_found"))
routes.register_error_handler(Problem, lambda problem: refuse("bad_request", "", problem.reason))
routes.before_request(
    lambda: None if credentials(request, server_settings()).hold else refuse("unauthorized")
)
_ISSUED = [api.Answer(vouchers.Voucher, 201)]
_ISSUE = api.Operation(
    "Issue", _ISSUED, {"amount": 500}, vouchers.NewVoucher, wrong={"amount": [0]}
)
_GET = api.Operation("Get", vouchers.Voucher, {"subject": "gift"}, wrong={"subject": ["none"]})
_API = api.Description(
    title="Vouchers",
    about="Gift vouchers.",
    groups={"vouchers": {"issue_voucher": _ISSUE, "get_voucher": _GET}},
    error=lambda _: api.record(error={"type": "string"}),
    error_name=lambda body: str(body["error"]),
    path=lambda _: fields.String(),
    security={"key": {"type": "apiKey", "in": "header", "name": "Voucher-Key"}},
    wants=[{"key": []}],
    common=lambda _: [api.Failure(_STATUS[fault], {"error": fault}) for fault in sorted(FAULTS)],
    credentials={"Voucher-Key": "any"},
)
_SETTLED = {"voucher": api.Settled(vouchers.Voucher, {**_GET.sample, "status": "expired"})}

VOUCHER = Provider(
    model=Model(
        name="voucher",
        collections=(vouchers.VOUCHERS.spec,),
        settings=vouchers.Settings(),
        settings_schema=vouchers.SETTINGS,
        lifecycles={"voucher": vouchers.LIFECYCLE},
        faults=FAULTS,
        fixtures=vouchers.FIXTURES,
        seeders={"vouchers": Seeder(vouchers.VOUCHERS.name, vouchers.make, vouchers.VOUCHERS.put)},
        payments=vouchers.LISTED,
        webhooks=vouchers.WEBHOOKS,
        secrets=frozenset({"voucher-key"}),
    ),
    namespaces=frozenset({"vouchers"}),
    routes=routes,
    control=control,
    refuse=refuse,
    credentials=credentials,
    variables={"key": "the only key that is accepted"},
    first_call=lambda url, *_: [f"Voucher base URL {url}   any Voucher-Key"],
    dump={"voucher": _VOUCHER.dump},
    describe=lambda: api.Described(_API, {"issue_voucher": _ISSUE}, _SETTLED),
    folder=Path(__file__).parent,
)
