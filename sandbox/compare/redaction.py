"""Striking out what nobody else may see: credentials, and what tells of people.

What stands in the place of a value has its form, and is the same for the same value: so a recording
can still be compared, and sent anew.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote, unquote

from sandbox.admin.webhooks import STRUCK_OUT
from sandbox.compare.json_nodes import Node, Number

_NAMES = frozenset(
    "name display_name account_name holder_name recipient_name first_name last_name "
    "firstname lastname full_name legal_name".split()
)
_NUMBERS = frozenset(
    "account_number card_number cvv bin last4 pan phone mobile value passport "
    "international_format_phone ip_address exp_month exp_year signature".split()
)
_TEXTS = frozenset(
    "address branch_address address_line city postal_code post_box app_user_id "
    "recipient_address recipient_city identification secondary_identification customer_note "
    "merchant_note refunded_by".split()
)
PERSONAL = _NAMES | _NUMBERS | _TEXTS | {"iban", "recipient_iban", "email"}
"""The keys whose values tell of people; each also as the end of another key."""
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b", re.ASCII)
_KEY = re.compile(r"[sp]k_(?:test|live)_[^\s\"'<>&]+", re.ASCII)
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?", re.ASCII)
_VALUE = re.compile(r"(, value: ).*\Z", re.DOTALL)
"""What a caller sent, at the end of Lean's message about it."""


_TELLING = 4
"""Characters of a value that tells of somebody wherever it stands; a shorter one may be a word."""


class Redactor:
    """Strikes out of all that one run sees."""

    def __init__(self, secrets: Collection[str], names: Collection[str]) -> None:
        """How.

        Args:
            secrets: the credentials themselves.
            names: the keys and headers that hold some, in small letters.
        """
        self._secrets = sorted((s for s in secrets if len(s) > 3), key=len, reverse=True)
        self._names = frozenset(names)
        self._seen: dict[tuple[str, str], int] = {}
        self._people: dict[str, str] = {}

    def node(self, node: Node, key: str = "") -> Node:
        """A value, by the key that it stands under."""
        if isinstance(node, dict):
            return {self.text(k): self.node(value, k.lower()) for k, value in node.items()}
        if isinstance(node, list):
            return [self.node(value, key) for value in node]
        if isinstance(node, Number):
            return Number("0") if key in self._names or _is_personal(key) else node
        if not isinstance(node, str) or not node:
            return node
        if key in self._names:
            return STRUCK_OUT
        if _is_personal(key):
            return self._stand_in(key, node)
        return self.message(node) if key == "message" else self.text(node)

    def path(self, path: str) -> str:
        """A path; what stands behind `app-user-id` in it, for example, is such a value."""
        parts = path.split("/")
        for number, name in enumerate(parts[:-1], 1):
            key = name.lower().replace("-", "_")
            if parts[number] and _is_personal(key):
                parts[number] = quote(self._stand_in(key, unquote(parts[number])), safe="")
        return self.text("/".join(parts))

    def text(self, text: str) -> str:
        """A text without credentials, and without what has the form of an address or an account."""
        for secret in self._secrets:
            text = text.replace(secret, STRUCK_OUT)
        for value in sorted(self._people, key=len, reverse=True):
            if value in text:
                text = text.replace(value, self._people[value])
        text = _TOKEN.sub(STRUCK_OUT, _KEY.sub(STRUCK_OUT, text))
        text = _EMAIL.sub(lambda found: self._stand_in("email", found[0]), text)
        return _IBAN.sub(lambda found: self._stand_in("iban", found[0]), text)

    def message(self, text: str) -> str:
        """What an error says, without the value that it is about."""
        return self.text(_VALUE.sub(r"\1…", text))

    def headers(self, headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Headers by their names."""
        return [
            (name, STRUCK_OUT if name.lower() in self._names else self.text(value))
            for name, value in headers
        ]

    def pairs(self, pairs: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
        """The parameters of a query, or the fields of a form."""
        return [(name, str(self.node(value, name.lower()))) for name, value in pairs]

    def _stand_in(self, key: str, value: str) -> str:
        """What takes a value's place, with its form, here and wherever it stands in texts."""
        made = self._made_up(key, value)
        if len(value) >= _TELLING:
            self._people[value] = made
        return made

    def _made_up(self, key: str, value: str) -> str:
        kind = _kind(key)
        if kind == "iban" and not _IBAN.fullmatch(value):
            kind = "text"
        number = self._seen.setdefault((kind, value), len(self._seen) + 1)
        if kind == "email":
            return f"person-{number}@example.com"
        if kind == "iban":
            country = value[:2] if value[:2].isalpha() else "AE"
            return f"{country}{number:0{max(len(value), 15) - 2}d}"
        if kind == "number":
            return f"{number:0{len(value)}d}"[-max(len(value), 1) :]
        if kind == "name":
            return f"Struck Out-{number}" if " " in value.strip() else f"Struck-{number}"
        return f"struck-out-{number}"


def _kind(key: str) -> str:
    if key.endswith("iban"):
        return "iban"
    if key.endswith("email"):
        return "email"
    if any(key.endswith(name) for name in _NUMBERS):
        return "number"
    return "name" if any(key.endswith(name) for name in _NAMES) else "text"


def _is_personal(key: str) -> bool:
    return key in PERSONAL or any(key.endswith(f"_{name}") for name in PERSONAL)


def shown(value: Any) -> str:
    """A value in a line of a report, shortened."""
    text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}…"
