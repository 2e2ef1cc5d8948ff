"""Made-up people of the Gulf and the Levant, and their bank accounts."""

from random import Random
from typing import NamedTuple

_FIRST = (
    "Ahmed Aisha Alia Amal Bassam Dalia Dana Fadi Faisal Farah Fatima Hamad Hana Hassan Huda "
    "Ibrahim Jamal Kareem Khalid Laila Lama Layan Lina Maha Mahmoud Majed Mariam Maysa Mona "
    "Mohammed Nabil Nadia Noor Omar Rami Rania Rashid Reem Saeed Salma Sami Sara Sultan Tariq "
    "Walid Yara Yasmin Yousef Zaid Zeina"
).split()
_LAST_GULF = (
    "Al Ameri|Al Balushi|Al Falasi|Al Hammadi|Al Hashimi|Al Jaberi|Al Kaabi|Al Ketbi|"
    "Al Mansoori|Al Marri|Al Mazrouei|Al Muhairi|Al Nuaimi|Al Qasimi|Al Shamsi|Al Suwaidi|"
    "Al Zaabi|Bin Ghanem"
).split("|")
_LAST_LEVANT = (
    "Abu Zaid|Awad|Barghouti|Daoud|Darwish|Haddad|Hijazi|Husseini|Khalil|Khoury|Mansour|Masri|"
    "Nasser|Nimr|Odeh|Qasem|Rishmawi|Saleh|Shaheen|Tamimi|Zughayer"
).split("|")


class Bank(NamedTuple):
    """A bank: the code that stands in its IBANs, its name, and its SWIFT code."""

    code: str
    name: str
    swift: str


EMIRATI_BANKS = (
    Bank("003", "Abu Dhabi Commercial Bank", "ADCBAEAA"),
    Bank("026", "Emirates NBD", "EBILAEAD"),
    Bank("033", "Mashreq Bank", "BOMLAEAD"),
    Bank("035", "First Abu Dhabi Bank", "NBADAEAA"),
    Bank("024", "Dubai Islamic Bank", "DUIBAEAD"),
    Bank("050", "Abu Dhabi Islamic Bank", "ABDIAEAD"),
)


def gulf_name(random: Random) -> tuple[str, str]:
    """A first and a last name."""
    return random.choice(_FIRST), random.choice(_LAST_GULF)


def levant_name(random: Random) -> tuple[str, str]:
    """A first and a last name."""
    return random.choice(_FIRST), random.choice(_LAST_LEVANT)


def emirati_iban(bank: Bank, account: str) -> str:
    """The IBAN of an account of 16 digits, check digits and all."""
    bban = bank.code + account
    return f"AE{98 - int(bban + '101400') % 97:02d}{bban}"


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN by ISO 13616: its length and check digits."""
    if not (15 <= len(text) <= 34 and text.isascii() and text.isalnum() and text.isupper()):
        return False
    return int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
