"""The addresses of merchants' pages and apps, to which payers are sent back."""

import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"(?P<scheme>(?a:[A-Za-z][A-Za-z0-9+.-]*))://[^\s\x00-\x1f\x7f\\]{1,2000}")
_NO_APPS = re.compile(
    "about|android-app|blob|chrome|data|edge|file|filesystem|ftps?|gopher|intent|itms|itmss|jar|"
    "javascript|ldaps?|mailto|market|nfs|resource|search-ms|sftp|shell|smb|sms|ssh|tel|telnet|"
    "vbscript|view-source|vnc|wss?|(chrome|itms|moz|ms|x-apple)-.*|.*-extension"
)
"""Schemes other than http(s) that a browser or the system acts on; any other is an app's own."""


def is_address(text: object) -> bool:
    """Whether a payer can be sent there: to a page, or to an app that has a scheme of its own.

    A page's host and port must be ones. Nobody's name may stand before a host, which it could hide,
    nor a backslash, which browsers read as a slash.
    """
    match = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if match is None or _NO_APPS.fullmatch(match["scheme"].lower()):
        return False
    try:
        parts = urlsplit(match[0])
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return "@" not in parts.netloc and (bool(host) or parts.scheme not in ("http", "https"))
