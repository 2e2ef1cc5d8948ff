"""`/secure`: the pages where customers say yes or no."""

from collections.abc import Sequence

from marshmallow import fields

from sandbox.engine.reading.fields import Lenient, word
from sandbox.http.pages import HTML
from sandbox.lean import pages
from sandbox.lean.openapi import consents, links, sessions
from sandbox.openapi.description import FORM, Answer, Operation, Operations, Step, Values, text

_PAGE = {"type": "string"}
_LANGUAGE = {"lang": text("`en` or `ar`; otherwise as the browser asks for.")}
_MISSING = Answer(_PAGE, 404, HTML, "There is no such page.")
_OVER = Answer(_PAGE, 410, HTML, "Nothing can be said yes to here any more.")
_BACK = Answer(_PAGE, 303, HTML, "Back to the merchant's page.", {"Location": fields.String()})


class Decision(Lenient):
    """What the customer chooses."""

    bank = word(pages.BANKS)
    outcome = word(pages.OUTCOMES, "What the bank says to the payment.")
    action = word(pages.ACTIONS)


class Identifiers(Lenient):
    """What the payer types of himself."""

    identifier_0 = fields.String()


_BAD_ADDRESS = Answer(
    _PAGE, 400, HTML, "A bank was chosen wrongly, or nobody can be sent to such an address."
)
_ANSWERED = Answer(_PAGE, 409, HTML, "It has been answered.")
_ADDRESSES = {
    name: text(f"Where the customer is sent after {when}; without it the page says so itself.")
    for name, when in (("success_redirect_url", "a yes"), ("fail_redirect_url", "a no"))
}
_OF_USAGE = {**links.PAGE, "usage_id": links.USAGE["usage_id"]}


def shows(summary: str, part: Values, before: Sequence[Step]) -> Operation:
    """A call that shows a page.

    Args:
        summary: what it does.
        part: the open part of its path.
        before: what makes the page.
    """
    return Operation(
        summary,
        [Answer(_PAGE, media=HTML, about="The page."), _MISSING, _OVER],
        part,
        before=before,
        query=_LANGUAGE,
        wrong=dict.fromkeys(part, ()),
        about="The id in its address is all that it asks for.",
    )


def submits(summary: str, part: Values, before: Sequence[Step]) -> Operation:
    """A call that sends a page's form; the arguments are those of `shows`."""
    return Operation(
        summary,
        [
            _BACK,
            Answer(_PAGE, media=HTML, about="How it ended."),
            Answer(_PAGE, 400, HTML, "Something was chosen wrongly."),
            _MISSING,
            _OVER,
        ],
        {**part, "bank": "LEANMB1", "outcome": "accepted", "action": "approve"},
        before=before,
        takes=Decision,
        needs_body=False,
        media=[FORM],
        query=_LANGUAGE,
        wrong=dict.fromkeys(part, ()),
        about="Without `bank` it is the first one; without `action` it is a yes.",
    )


OPERATIONS: Operations = {
    "show_session": shows("Show a session's page", sessions.ID, sessions.BEGUN),
    "submit_session": submits("Say yes or no to a session", sessions.ID, sessions.BEGUN),
    "show_link": shows("Show a payment link's page", links.PAGE, links.CREATED),
    "submit_link": Operation(
        "Fill a payment link's page in",
        [
            Answer(_PAGE, 303, HTML, "On to the bank.", {"Location": fields.String()}),
            Answer(_PAGE, 400, HTML, "Something was typed wrongly."),
            _MISSING,
            _OVER,
        ],
        {**links.PAGE, "identifier_0": "payer@example.com"},
        before=links.CREATED,
        takes=Identifiers,
        needs_body=False,
        media=[FORM],
        query=_LANGUAGE,
        wrong=dict.fromkeys(links.PAGE, ()),
        about="What is typed for each of the link's identifiers, counted from 0.",
    ),
    "show_usage": shows("Show the bank's page", _OF_USAGE, links.BEGUN),
    "submit_usage": submits("Say yes or no to the bank", _OF_USAGE, links.BEGUN),
    "show_consent": Operation(
        "Show a consent's page",
        [Answer(_PAGE, media=HTML, about="The page."), _BAD_ADDRESS, _MISSING, _OVER],
        consents.ID,
        before=consents.ASKED,
        query={**_LANGUAGE, **_ADDRESSES},
        wrong={"consent_id": ()},
        about="The id in its address is all that it asks for.",
    ),
    "submit_consent": Operation(
        "Say yes or no to a consent",
        [
            Answer(_PAGE, media=HTML, about="How it ended."),
            _BACK,
            _BAD_ADDRESS,
            _MISSING,
            _ANSWERED,
            _OVER,
        ],
        {**consents.ID, "bank": "LEANMB1", "action": "approve"},
        before=consents.ASKED,
        takes=Decision,
        needs_body=False,
        media=[FORM],
        query={**_LANGUAGE, **_ADDRESSES},
        wrong={"consent_id": ()},
        about="Without `bank` it is the first one; without `action` it is a yes.",
    ),
}
