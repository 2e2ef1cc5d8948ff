"""Says disturbances in words."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.client import Sandbox


def in_words(sandbox: "Sandbox") -> list[str]:
    """Each disturbance of a world's weather, in its order."""
    return [_said(each, sandbox) for each in sandbox.weather.get()]


def _said(disturbance: Mapping[str, Any], sandbox: "Sandbox") -> str:
    name, nth = disturbance["scenario"], _ordinal(disturbance["nth"])
    scenario = sandbox.scenarios.get(name)
    # (on or off, a scenario has the same parameters; one that is on has the caller's values)
    values = {**scenario["parameters"], **disturbance["parameters"]}
    if name in _SAID:
        said = _SAID[name](nth, values, sandbox)
    else:
        given = ", ".join(f"{key}={value}" for key, value in disturbance["parameters"].items())
        said = f"{disturbance['title']}: {nth} that matches" + (f", {given}" if given else "")
    return said if disturbance["acted"] else f"{said} (this did not happen)"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10)
    return f"the {number}{ending or 'th'}"


_Values = Mapping[str, Any]


def _call(nth: str, values: _Values, sandbox: "Sandbox") -> str:
    """The n-th of some calls: `the 2nd POST /refund`."""
    method = "" if values["method"] == "any" else f"{values['method']} "
    paths = str(values["path"]).split(", ")
    seen = {each["path"] for each in sandbox.requests.all()}
    paths = [path for path in paths if path in seen] or paths
    path = " or ".join(path for path in paths if not path.startswith("any"))
    of = "" if values.get("provider", "any") == "any" else f" of {values['provider']}"
    return f"{nth} {method}{path or 'call'}{of}"


def _webhook(nth: str, values: _Values) -> str:
    event = "" if values["event"] == "any" else f"{values['event']} "
    return f"{nth} {event}webhook"


_HOW = {
    "cut": "the connection was cut",
    "503-retry-after": "a 503 with Retry-After came in its place",
}


def _lost(nth: str, values: _Values, sandbox: "Sandbox") -> str:
    how = str(values["how"])
    if how == "silence":
        said = f"nothing came for {values['delay']}, then a 504"
    else:
        said = _HOW.get(how, f"a {how} came in its place")
    return f"the answer to {_call(nth, values, sandbox)} was lost after it was carried out ({said})"


def _refused(status: str) -> Callable[[str, _Values, "Sandbox"], str]:
    return lambda nth, values, sandbox: (
        f"{_call(nth, values, sandbox)} was answered {status} and not carried out"
    )


def _told(of: str) -> Callable[[str, _Values, "Sandbox"], str]:
    return lambda nth, values, _: of.format(webhook=_webhook(nth, values), **values)


def _of_refund(of: str) -> Callable[[str, _Values, "Sandbox"], str]:
    return lambda nth, values, _: of.format(refund=f"{nth} refund", **values)


_SAID: Mapping[str, Callable[[str, _Values, "Sandbox"], str]] = {
    "answer-late": lambda nth, values, sandbox: (
        f"the answer to {_call(nth, values, sandbox)} came {values['delay']} late"
    ),
    "answer-lost": _lost,
    "clock-jumps": lambda nth, values, sandbox: (
        f"{values['by']} passed before {_call(nth, values, sandbox)}"
    ),
    "invalid-credentials": _refused("401"),
    "provider-down": _refused("503"),
    "rate-limited": _refused("429"),
    "refund-fails": _of_refund("{refund} failed, {after} after it was processing"),
    "refund-rejected-by-bank": lambda nth, values, _: (
        f"the bank refused {nth} refund"
        if values["at"] == "bank"
        else f"{nth} refund failed before it reached the bank"
    ),
    "refund-stuck": _of_refund("{refund} stayed on its way"),
    "slow-provider": lambda nth, values, sandbox: (
        f"{_call(nth, values, sandbox)} waited for {values['delay']}"
    ),
    "webhook-bad-signature": _told("{webhook} was signed with a secret that is not yours"),
    "webhook-before-answer": _told("{webhook} came before the answer to the call"),
    "webhook-duplicated": _told("{webhook} was sent twice"),
    "webhook-late": _told("{webhook} came {after} late"),
    "webhook-lost": _told("{webhook} was lost"),
    "webhooks-out-of-order": _told("{webhook} came after the next one"),
}
"""By a scenario's name; another is told by its title."""
