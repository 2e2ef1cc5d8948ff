"""The banks that Lean's sandbox has: three that are mock; and the names of the UAE's own."""

from collections.abc import Collection, Mapping
from typing import Any

ACCOUNT_TYPES = ("CREDIT", "SAVINGS", "CURRENT")


def _bank(identifier: str, name: str, arabic: str, color: str, types: Collection[str]) -> Any:
    """Key order as recorded. The logo is drawn in place, so that showing it calls nobody."""
    logo = (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E"
        f"%3Crect width='1' height='1' fill='%23{color[1:]}'/%3E%3C/svg%3E"
    )
    return {
        "identifier": identifier,
        "name": name,
        "arabic_name": arabic,
        "commercial_name": name,
        "commercial_name_arabic": arabic,
        "logo": logo,
        "logo_alt": logo,
        "main_color": color,
        "background_color": "#FFFFFF",
        "theme": "light",
        "country_code": "ARE",
        "active": True,
        "mock": True,
        "traits": [],
        "supported_account_types": list(types),
    }


_BANKS: tuple[Mapping[str, Any], ...] = (
    _bank(
        "LEAN_OF_RETAIL_UAE",
        "Lean Open Finance MockBank",
        "بنك لين التجريبي للتمويل المفتوح",
        "#1B4DFF",
        ACCOUNT_TYPES,
    ),
    _bank("LEANMB1", "Lean Mock Bank One", "بنك لين التجريبي الأول", "#0B7A75", ACCOUNT_TYPES),
    _bank(
        "LEAN_SME_MB1_UAE", "Lean SME MockBank", "بنك لين التجريبي للشركات", "#7A3E0B", ["CURRENT"]
    ),
)

_BY_CODE = {
    "003": "Abu Dhabi Commercial Bank",
    "024": "Dubai Islamic Bank",
    "026": "Emirates NBD",
    "033": "Mashreq",
    "035": "First Abu Dhabi Bank",
    "050": "Abu Dhabi Islamic Bank",
}
"""The names by the code that stands in an Emirati IBAN."""


def listed(account_types: Collection[str]) -> list[Mapping[str, Any]]:
    """The banks that have one of these types of account; of none given, all."""
    return [
        bank
        for bank in _BANKS
        if not account_types or not set(account_types).isdisjoint(bank["supported_account_types"])
    ]


def name_of(identifier: str | None, iban: str | None) -> str | None:
    """The name of a bank, by its identifier or else by an account's IBAN, if it is known."""
    for bank in _BANKS:
        if bank["identifier"] == identifier:
            return str(bank["name"])
    return _BY_CODE.get(iban[4:7]) if iban and iban.startswith("AE") else None
