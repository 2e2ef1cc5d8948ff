"""Strikes credentials and personal details out of calls and answers, and keeps their shape.

A text that is struck out becomes `***1`, `***2`, …, the same text always the same: so what is kept
still shows that two calls are about the same thing. The texts themselves are nowhere kept.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from sandbox.admin.masking import masked
from sandbox.admin.requests import secrets_of
from sandbox.compare.calls import Headers, header
from sandbox.compare.exact import NotJson, Number, read, written
from sandbox.http.provider import Provider

STRUCK_OUT = "***"
STAND_IN = re.compile(r"\*\*\*\d+", re.ASCII)
_PERSONAL = re.compile(
    r"(?:^|_)(?:names?|iban|e?_?mail|phone|mobile|msisdn|address|street|city|emirate"
    r"|(?:postal|post|zip|access)_code|zip|account_(?:number|holder)|card|bin|last_?4|cvv|cvc|pan"
    r"|pin|otp|exp_(?:month|year)|expiry|ip|birth(?:day|date)?|dob|nationality|passport"
    r"|national_(?:id|number)|emirates_id|trade_license|licen[sc]e|government|identifications?"
    r"|government_identifiers?|signature|description|notes?|metadata|custom_fields|app_user_id"
    r"|refunded_by|username|password|secret|search_query|url)(?:_|$)",
    re.ASCII,
)
"""Of keys, in snake_case: what they hold is a person's, or is text that a person wrote."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FORMS = re.compile(
    r"""[\w.+-]+@[\w-]+\.[\w.-]*\w                             # an email address
    | (?<![A-Za-z0-9]) [A-Z]{2}\d{2}[A-Z0-9]{11,30} (?![A-Za-z0-9])  # an IBAN
    | (?<![\w-]) \+? \d{11,19} (?![\w-])                       # a card, an account, a phone
    | (?<![A-Za-z0-9]) [sp]k_(?:test|live)_ [^\s"'<>&]+        # a key""",
    re.VERBOSE | re.ASCII,
)
_REPEATED = re.compile(r"(?<=, value: ).+\Z", re.DOTALL)
"""What a message repeats of a call."""
_LONG_NUMBER = 11
_WORDS = frozenset({"type", "status"})
"""What is a provider's word, also in an object that is struck out."""
_SHOWN = frozenset({"accept", "content-type", "idempotency-key"})
"""The headers whose values may be seen; of all others only the names."""
_AUTHORIZATION = re.compile(r"(\S+\s+)?((?:[sp]k_(?:test|live)_)?)(.*)", re.DOTALL)
_SHORTEST_KNOWN = 4
_MOST_KNOWN = 5000
"""Texts that are looked for inside of others, the first."""


class Redaction:
    """What is struck out of one recording, or of one comparison."""

    def __init__(self, providers: Sequence[Provider], secrets: Sequence[str] = ()) -> None:
        """`secrets` are credentials themselves, struck out wherever they stand."""
        self._secrets = [text for text in secrets if len(text) >= _SHORTEST_KNOWN]
        self._secrets_at: Callable[[str], frozenset[str]] = secrets_of(providers, "secret")
        self._known: dict[str, str] = {}

    def stand_in(self, text: str) -> str:
        """What stands for a text that is struck out."""
        if not text or STAND_IN.fullmatch(text):
            return text
        return self._known.setdefault(text, f"{STRUCK_OUT}{len(self._known) + 1}")

    def text(self, text: str) -> str:
        """A text under a harmless name: what has the form of a secret is struck out of it."""
        if len(text) < _SHORTEST_KNOWN:
            return text
        for secret in self._secrets:
            text = text.replace(secret, STRUCK_OUT)
        if text in self._known:
            return self._known[text]
        if " " in text:
            for known, stand_in in islice(self._known.items(), _MOST_KNOWN):
                if len(known) >= _SHORTEST_KNOWN and known in text:
                    text = text.replace(known, stand_in)
        text = _REPEATED.sub(STRUCK_OUT, masked(text))
        return _FORMS.sub(lambda match: self.stand_in(match[0]), text)

    def value(self, value: Any, path: str, key: str = "") -> Any:
        """A JSON value under a key, of a call of a path."""
        return self._value(value, self._secrets_at(path), self._is_struck(key, path))

    def _value(self, value: Any, secrets: frozenset[str], is_struck: bool) -> Any:
        if isinstance(value, dict):
            return {
                self.text(key): self._value(
                    inner,
                    secrets,
                    _is_personal(key)
                    or key.lower() in secrets
                    or (is_struck and key not in _WORDS),
                )
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._value(inner, secrets, is_struck) for inner in value]
        if isinstance(value, Number):
            is_long = sum(map(str.isdigit, value)) >= _LONG_NUMBER
            return Number(re.sub(r"\d", "1", value)) if is_struck or is_long else value
        if isinstance(value, str):
            return self.stand_in(value) if is_struck else self.text(value)
        return value

    def _is_struck(self, key: str, path: str) -> bool:
        return _is_personal(key) or key.lower() in self._secrets_at(path)

    def body(self, raw: bytes, kind: str, path: str) -> str:
        """A body by its content type; text that is neither JSON nor a form is not shown."""
        if not raw:
            return ""
        if kind.lower().startswith("application/x-www-form-urlencoded"):
            return self._pairs(raw.decode("utf-8", "replace"), path)
        try:
            return written(self.value(read(raw), path))
        except NotJson:
            return STRUCK_OUT

    def _pairs(self, text: str, path: str) -> str:
        pairs = parse_qsl(text, keep_blank_values=True)
        shown = [
            (self.text(k), self.stand_in(v) if self._is_struck(k, path) else self.text(v))
            for k, v in pairs
        ]
        return urlencode(shown, safe="*")

    def target(self, target: str) -> str:
        """A path with its query; what follows the name of something personal is struck out."""
        path, mark, query = target.partition("?")
        parts, before = [], ""
        for part in path.split("/"):
            plain = unquote(part)
            shown = self.stand_in(plain) if _is_personal(before) else self.text(plain)
            parts.append(part if shown == plain else quote(shown, safe="*"))
            before = plain
        return "/".join(parts) + mark + (self._pairs(query, path) if query else "")

    def headers(self, headers: Headers) -> Headers:
        """Headers: the values of a few, of an Authorization its form, of all others the names."""
        return tuple((self.text(name), self._header(name.lower(), text)) for name, text in headers)

    def _header(self, name: str, text: str) -> str:
        if name in _SHOWN:
            return self.text(text)
        if name == "authorization" and (match := _AUTHORIZATION.fullmatch(text)):
            return f"{match[1] or ''}{match[2]}{self.stand_in(match[3])}"
        return STRUCK_OUT


def _is_personal(key: str) -> bool:
    return _PERSONAL.search(_CAMEL.sub("_", key).replace("-", "_").lower()) is not None


def kind_of(headers: Headers) -> str:
    """The content type of a call or an answer."""
    return header(headers, "content-type")
