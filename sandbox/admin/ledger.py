"""The payments and the refunds of all providers in the admin API: one list, one shape."""

from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from flask import Blueprint, Response
from marshmallow import fields, validate

from sandbox.admin.webhooks import MOST_SHOWN, USUAL_LIMIT
from sandbox.engine.provider.ledger import Listed, Outcome, page
from sandbox.engine.reading.fields import InstantText, Shape, Strict, word
from sandbox.engine.reading.validation import OneOf, listed
from sandbox.http.admin_requests import load_query
from sandbox.http.bodies import json_response
from sandbox.http.current import this_call
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

_OUTCOME = get_args(Outcome)


class LedgerFilter(Strict):
    """The query of `GET /payments` and `GET /refunds`; `limit` leaves the newest."""

    provider = fields.String()
    state = fields.String(
        load_default=None, metadata={"description": "As the provider says it, in any case."}
    )
    outcome = fields.String(load_default=None, validate=OneOf(_OUTCOME))
    limit = fields.Integer(load_default=USUAL_LIMIT, validate=validate.Range(min=1, max=MOST_SHOWN))
    before = fields.String(
        load_default=None, metadata={"description": "The id of one: those that stand behind it."}
    )


class MadeBy(Shape):
    """The call that made something; `request` is its id in the list of requests."""

    request = fields.Integer(attribute="number", allow_none=True)
    method = fields.String()
    path = fields.String()


class LedgerRow(Shape):
    """A payment or a refund, whoever's it is; the amount is in minor units."""

    id = fields.String()
    references = fields.List(fields.String())
    provider = fields.String()
    payment = fields.String()
    amount = fields.Integer()
    currency = fields.String()
    decimals = fields.Integer()
    state = fields.String()
    outcome = word(_OUTCOME)
    at = InstantText()
    by = fields.Nested(MadeBy, allow_none=True)


_FILTER = LedgerFilter()
_ROW = LedgerRow()


def add_ledger(admin: Blueprint, providers: Sequence[Provider]) -> None:
    """Add the calls that list payments and refunds."""
    names = [provider.name for provider in providers]
    kinds = {
        "payments": {p.name: p.model.payments for p in providers if p.model.payments},
        "refunds": {p.name: p.model.refunds for p in providers if p.model.refunds},
    }
    for kind, of in kinds.items():
        admin.add_url_rule(f"/{kind}", f"list_{kind}", _lists(kind, of, names))


def _lists(kind: str, of: Mapping[str, Listed], names: Sequence[str]) -> Callable[[], Response]:
    def list_them() -> Response:
        given = load_query(_FILTER)
        provider = given.get("provider")
        if provider not in (None, *names):
            raise Problem(400, listed(names, provider), "provider")
        chosen = {name: each for name, each in of.items() if provider in (None, name)}
        state = None if given["state"] is None else given["state"].lower()
        known = [word for each in chosen.values() for word in each.outcomes]
        if state not in (None, *map(str.lower, known)):
            raise Problem(400, listed(known, state), "state")
        before = given["before"]
        try:
            rows, more = page(this_call(), chosen, state, given["outcome"], before, given["limit"])
        except KeyError as error:
            raise Problem(400, f"there is no {kind[:-1]} {before}", "before") from error
        return json_response({kind: _ROW.dump(rows, many=True), "more": more})

    return list_them
