"""What the text of one setting says. Each function raises ValueError where it makes no sense."""

import re
from ipaddress import IPv6Address
from typing import get_args

from sandbox.engine.time.clock import Mode
from sandbox.engine.webhooks.endpoints import target_of

MODES: tuple[Mode, ...] = get_args(Mode)
MOST_RATE = 1_000_000
"""World seconds to a real one."""


SWITCHED = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}
LOG_FORMATS = ("text", "json")
DURABILITIES = ("process", "machine")


def log_format(text: str) -> str:
    """One of `LOG_FORMATS`."""
    return LOG_FORMATS[LOG_FORMATS.index(text)]


def durability(text: str) -> str:
    """One of `DURABILITIES`."""
    return DURABILITIES[DURABILITIES.index(text)]


def mode(text: str) -> Mode:
    """One of `MODES`."""
    return MODES[MODES.index(text)]


def rate(text: str) -> float:
    """How fast a clock runs."""
    number = float(text)
    if not 0 < number <= MOST_RATE:
        raise ValueError
    return number


def whole(text: str, least: int = 0, most: int = 10**18 - 1) -> int:
    """A whole number in digits."""
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError
    return int(text)


_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


def url(text: str) -> str:
    """An address of HTTP, without the slash at its end."""
    target_of(text)
    if not _HTTP.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


_HTTP = re.compile(r"https?://[A-Za-z0-9.\[\]:_-]+(/[A-Za-z0-9._~%/-]*)?", re.ASCII)


def host(text: str) -> str:
    """An address or a name to listen at; an IPv6 address may stand in brackets."""
    name = text.strip()
    if name.startswith("[") and name.endswith("]"):
        name = str(IPv6Address(name[1:-1]))
    elif ":" in name:
        IPv6Address(name)
    elif not _NAME.fullmatch(name):
        raise ValueError
    return name


NO_HOST = "it must be an address or a name alone, such as 127.0.0.1, 0.0.0.0 or ::1"
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?", re.ASCII)
