"""The journal as pages: the requests seen, newest first, and each with all that is known of it."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.admin.masking import STRUCK_OUT
from sandbox.admin.requests import RequestFilter, dump_entry, is_asked_for, secrets_of
from sandbox.engine.journal import Entry
from sandbox.engine.scenarios.steps import METHODS
from sandbox.engine.values.json_text import pretty_json, to_json
from sandbox.http.admin_requests import load_values
from sandbox.http.current import called_at
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit, page_of
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

SIZE = 50
"""Requests on a page."""
_FILTERS = ("provider", "method", "path", "status")
_FILTER = RequestFilter()
_NOT_SENT = {"Host", "Connection", "Content-Length", "Accept-Encoding", "Transfer-Encoding"}
"""Headers that curl makes itself, or had better."""


_PLAIN = "/:@!$&'()*+,;=~"
"""What stands in a path as it is."""


class Requests:
    """The page of a server's journals."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self._names = [provider.name for provider in providers]
        self._secrets_at: Callable[[str], frozenset[str]] = secrets_of(providers)

    def show(self, visit: Visit) -> Shown | Moved:
        """The list, or the request whose number the address has."""
        journal = visit.world.state.journal
        if not visit.path:
            if visit.is_post:
                journal.clear()
                return Moved(visit.here(), visit.text("All requests are forgotten."))
            return self._list(visit)
        entries = journal.newest_first()
        entry = next((each for each in entries if [str(each.id)] == list(visit.path)), None)
        if entry is None:
            raise NotThere
        return self._one(entry)

    def _list(self, visit: Visit) -> Shown:
        asked = {key: visit.request.args.get(key, "").strip() for key in _FILTERS}
        journal, wrong = visit.world.state.journal, {}
        found: list[Entry] = []
        try:
            given = load_values(_FILTER, {key: value for key, value in asked.items() if value})
            found = [each for each in journal.newest_first() if is_asked_for(each, given)]
        except Problem as problem:
            wrong = {problem.field: problem.reason}
        page = page_of(visit, len(found), SIZE)
        shown = islice(found, page * SIZE, (page + 1) * SIZE)
        values = {
            "asked": asked,
            "wrong": wrong,
            "names": self._names,
            "methods": METHODS,
            "rows": [self._dumped(entry) for entry in shown],
            "page": page,
            "size": SIZE,
            "total": len(found),
            "dropped": journal.dropped,
            "link": lambda page: visit.here(page=page or None, **asked),
        }
        return Shown("dashboard/requests.html", values, 400 if wrong else 200)

    def _one(self, entry: Entry) -> Shown:
        dumped = self._dumped(entry)
        curl = as_curl(dumped, called_at())
        values = {
            "entry": dumped,
            "sent": written(dumped["body"]),
            "answered": written(dumped["response"]),
            "curl": curl,
            "is_struck": STRUCK_OUT in curl,
        }
        return Shown("dashboard/request.html", values)

    def _dumped(self, entry: Entry) -> dict[str, Any]:
        """As the admin API shows it, the moment aside."""
        dumped = dump_entry(entry, self._secrets_at(entry.path))
        phrase = HTTPStatus(entry.status).phrase if entry.status in _KNOWN else ""
        return {**dumped, "at": entry.at, "phrase": phrase}


_KNOWN = {status.value for status in HTTPStatus}


def written(body: Any) -> str:
    """A body that has been dumped, as people read it."""
    if body is None:
        return ""
    return body if isinstance(body, str) else pretty_json(body)


def as_curl(dumped: Mapping[str, Any], base: str) -> str:
    """The call once more, for a shell; what is struck out stays so.

    Args:
        dumped: as `dump_entry` shows it.
        base: the address of its world, without a slash at the end.
    """
    query = f"?{dumped['query']}" if dumped["query"] else ""
    url = shlex.quote(base + quote(dumped["path"], safe=_PLAIN) + query)
    method = "-I" if dumped["method"] == "HEAD" else f"-X {dumped['method']}"
    parts = [f"curl -g {method} {url}"]
    headers = {k: v for k, v in dumped["headers"].items() if k not in _NOT_SENT}
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    body = dumped["body"]
    if body is not None:
        kind = dumped["headers"].get("Content-Type", "").lower()
        if isinstance(body, dict) and kind.startswith("application/x-www-form-urlencoded"):
            body = urlencode(body, safe="*")
        text = body if isinstance(body, str) else to_json(body).decode()
        parts.append(f"--data-raw {shlex.quote(text)}")
    return " \\\n  ".join(parts)


ARABIC = {
    "Requests": "الطلبات",
    "All requests are forgotten.": "نُسيت كل الطلبات.",
    "Forget all": "نسيان الكل",
    "Provider": "المزوّد",
    "Method": "الطريقة",
    "Path": "المسار",
    "Status": "الحالة",
    "any": "أيّ",
    "Filter": "تصفية",
    "Show all": "عرض الكل",
    "* is any one part": "* أي جزء واحد",
    "Request": "الطلب",
    "Answer": "الرد",
    "Scenario": "السيناريو",
    "Duration": "المدة",
    "Hint": "تلميح",
    "cut off": "قُطع الاتصال",
    "{count} earlier ones are no longer kept.": "لم تعد {count} من الأقدم محفوظة.",
    "All requests": "كل الطلبات",
    "Headers": "الترويسات",
    "Body": "المحتوى",
    "Copy as curl": "نسخ كأمر curl",
    "Copy": "نسخ",
    "Copied.": "نُسخ.",
    "Secrets are struck out as ***: put your own in their place.": (
        "الأسرار محجوبة بـ ***: ضع أسرارك مكانها."
    ),
    "No body.": "بلا محتوى.",
}
