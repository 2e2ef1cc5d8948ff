"""The banks that Lean's sandbox has: three that are mock."""

from collections.abc import Collection, Mapping
from typing import Any

HOLDERS = ("PERSONAL", "BUSINESS")
"""Whose accounts a bank has: what Lean calls the type of an account where it lists banks."""
ACCOUNT_TYPES = ("CREDIT", "SAVINGS", "CURRENT")
SUB_TYPES = ("CURRENT", "SAVINGS", "CREDIT")
"""The same words, in the order in which they were recorded."""
KINDS = ("RETAIL", "SME")
COUNTRY = "ARE"


def _bank(
    identifier: str,
    name: str,
    color: str,
    holder: str = "PERSONAL",
    kind: str = "RETAIL",
    types: Collection[str] = ACCOUNT_TYPES,
) -> Any:
    """The keys are recorded. The logo is drawn in place, so that showing it calls nobody."""
    logo = (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E"
        f"%3Crect width='1' height='1' fill='%23{color[1:]}'/%3E%3C/svg%3E"
    )
    return {
        "identifier": identifier,
        "name": name,
        "arabic_name": None,
        "commercial_name": name,
        "commercial_name_arabic": None,
        "logo": logo,
        "logo_alt": logo,
        "main_color": color,
        "background_color": "#FFFFFF",
        "theme": "light",
        "country_code": COUNTRY,
        "active": True,
        "mock": True,
        "traits": [],
        "supported_account_types": list(types),
        "supported_account_sub_types": [each for each in SUB_TYPES if each in types],
        "bank_type": kind,
        "swift_code": "MOCKAE01",
        "transfer_limits": [{"currency": "AED", "min": 5, "max": 50_000}],
        "international_transfer_limits": [],
        "international_destinations": [],
        "account_type": holder,
        "connection_type": "OPEN_BANKING" if "_OF_" in identifier else "REVERSE_ENGINEERED",
        "availability": {
            "active": {"payments": True, "data": True},
            "enabled": {"payments": True, "data": True},
        },
    }


_BANKS: tuple[Mapping[str, Any], ...] = (
    _bank(
        "LEAN_OF_RETAIL_UAE",
        "Lean Open Finance MockBank",
        "#1B4DFF",
    ),
    _bank("LEANMB1", "Lean Mock Bank One", "#0B7A75"),
    _bank(
        "LEAN_SME_MB1_UAE",
        "Lean SME MockBank",
        "#7A3E0B",
        "BUSINESS",
        "SME",
        ["CURRENT"],
    ),
)
BY_IDENTIFIER: Mapping[str, Mapping[str, Any]] = {bank["identifier"]: bank for bank in _BANKS}
"""The banks by their identifiers."""

ARABIC: Mapping[str, str] = {
    "LEAN_OF_RETAIL_UAE": "بنك لين التجريبي للتمويل المفتوح",
    "LEANMB1": "بنك لين التجريبي الأول",
    "LEAN_SME_MB1_UAE": "بنك لين التجريبي للشركات",
}
"""Their names on pages in Arabic; the recorded bank has none."""


def listed(wanted: Mapping[str, Collection[str]]) -> list[Mapping[str, Any]]:
    """The banks that have, under each of these keys, one of its values; of none given, any."""
    return [
        bank
        for bank in _BANKS
        if all(bank[key] in values for key, values in wanted.items() if values)
    ]


def name_of(identifier: str) -> str | None:
    """The name of a bank by its identifier, if it is known."""
    bank = BY_IDENTIFIER.get(identifier)
    return None if bank is None else str(bank["name"])


def kind_of(identifier: str) -> str:
    """Whose accounts a bank has, RETAIL or SME, by its identifier."""
    bank = BY_IDENTIFIER.get(identifier)
    return "RETAIL" if bank is None else str(bank["bank_type"])
