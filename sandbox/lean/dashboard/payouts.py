"""The pages of payouts."""

from sandbox.engine import lifecycle
from sandbox.engine.store.collections import Document
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit
from sandbox.http.ledger_pages import (
    comes_next,
    filters,
    paged,
    send_what_is_held,
    told_of,
)
from sandbox.lean import payouts
from sandbox.lean.dashboard.showing import helpers, look_up
from sandbox.lean.payouts import PAYOUTS


def show(visit: Visit) -> Shown | Moved:
    """The list, or a payout."""
    match list(visit.path):
        case []:
            return _list(visit)
        case [payout_id]:
            return _payout(visit, payout_id)
    raise NotThere


def _list(visit: Visit) -> Shown:
    given = filters(visit, "status", "search")
    search = given["search"].casefold()

    def keep(payout: Document) -> bool:
        return given["status"] in ("", payout["status"]) and _says(payout, search)

    is_narrow = any(given.values())
    values = paged(
        visit,
        given,
        lambda asked: PAYOUTS.page(visit.call, asked, keep=keep if is_narrow else None),
    )
    values["statuses"] = payouts.STATUSES
    return Shown("lean/payouts.html", {**helpers(visit), **values})


_SEARCHED = ("id", "payment_intent_id", "external_reference", "refund_id")


def _says(payout: Document, search: str) -> bool:
    texts = (*(payout[key] for key in _SEARCHED), payout["destination"]["name"])
    return any(search in text.casefold() for text in texts if text is not None)


def _payout(visit: Visit, payout_id: str) -> Shown | Moved:
    problem = None
    if visit.is_post:
        try:
            settled = lifecycle.resolve(
                visit.call, payouts.LIFECYCLE, payout_id, "PENDING_WITH_BANK", None
            )
        except lifecycle.Final as error:
            problem = str(error)
        else:
            if settled is None:
                raise NotThere
            send_what_is_held(visit)
            return Moved(visit.here(payout_id), visit.text("The payout is authorized."))
    call = visit.call
    with call:
        payout = look_up(visit, PAYOUTS, payout_id)
        subjects = [("lean", "payout", payout["id"])]
        if payout["refund_id"] is not None:
            subjects.append(("lean", "refund", payout["refund_id"]))
        values = {
            "payout": payout,
            "may_authorize": payouts.awaits_authorization(payout),
            "next": next(filter(None, (comes_next(visit, each) for each in subjects)), None),
            "deliveries": told_of(visit, *subjects),
            "problem": problem,
        }
    return Shown("lean/payout.html", {**helpers(visit), **values}, 409 if problem else 200)
