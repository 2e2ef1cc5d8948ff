"""Which requests come in at all: those for a host of the sandbox's, and from no foreign web page.

A web page that a developer visits can make the browser call any port of this machine. It can also
give a name of its own the address of this machine (DNS rebinding), so that the browser takes the
sandbox for a part of that site. Both are refused here, before a world is found or made.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.engine.webhooks.endpoints import ANY_HOST, is_private_name
from sandbox.http.problems import Problem
from sandbox.settings import Settings

ADMIN = "_sandbox"
"""The first part of the admin API's paths."""
PAGES = frozenset({f"/{ADMIN}", f"/{ADMIN}/openapi", f"/{ADMIN}/dashboard"})
"""The pages below it, which steer nothing: links of other sites may lead to them."""
_HOST = re.compile(
    r"(?:(?P<name>[a-z0-9._-]+)|\[(?P<ip>[0-9a-f:.]+)\])(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE
)
_LONGEST = 260
"""Characters of a host and a port."""
_FOREIGN = ("cross-site", "same-site")


class RequestGuard:
    """Refuses requests by their headers `Host`, `Origin`, `Sec-Purpose` and `Sec-Fetch-*`."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url or "")
        self._public = public.netloc.lower()
        named = {*settings.hosts, settings.host.lower(), (public.hostname or "").lower()}
        self._hosts = frozenset(named - {""})

    def refusal(self, environ: Mapping[str, Any]) -> Problem | None:
        """Why a WSGI request does not come in: 421 or 403; None: it does."""
        host = environ.get("HTTP_HOST", "").lower()
        if host and not self._is_ours(host):
            return Problem(
                421,
                f"{host[:200]} is no host of this sandbox's; a name that leads to it can be given "
                "in SANDBOX_HOSTS",
            )
        if "HTTP_SEC_PURPOSE" in environ:  # the site is then `none`, whichever page asks for it
            return Problem(403, "a browser may not load the sandbox ahead of a visit")
        path = environ.get("PATH_INFO", "")
        is_admin = path.split("/", 2)[1:2] == [ADMIN]
        site = environ.get("HTTP_SEC_FETCH_SITE", "").lower()
        if is_foreign(environ):
            if not _is_visit(environ) or (is_admin and path not in PAGES):
                return Problem(403, "a page of another site may not call the sandbox")
        elif "HTTP_ORIGIN" in environ and (is_admin or site != "same-origin"):
            # WebSockets, and calls of addresses that the browser does not trust, tell no site
            origin = environ["HTTP_ORIGIN"].lower()
            if origin.partition("://")[2] not in {host, self._public} - {""}:
                return Problem(
                    403,
                    f"a page of {origin[:200]} may not call the sandbox; its own address in "
                    "browsers can be given in SANDBOX_PUBLIC_URL",
                )
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a Host header names an IP address, or a name that is the sandbox's or private.

        No page can be served from an IP address or a private name by somebody outside. 0.0.0.0,
        [::] and [::ffff:127.0.0.1] lead to this machine too, but browsers don't trust them as they
        trust loopback, and send no `Sec-Fetch-Site` there: they have to be named.
        """
        match = _HOST.fullmatch(host)
        if match is None or len(host) > _LONGEST:
            return False
        name = (match["ip"] or match["name"]).removesuffix(".")
        if ANY_HOST in self._hosts or name in self._hosts:
            return True
        try:
            ip = ipaddress.ip_address(name)
        except ValueError:
            return match["ip"] is None and is_private_name(name)
        return not ip.is_unspecified and getattr(ip, "ipv4_mapped", None) is None


def is_foreign(environ: Mapping[str, Any]) -> bool:
    """Whether a browser says that a page of another site has led to a request."""
    return environ.get("HTTP_SEC_FETCH_SITE", "").lower() in _FOREIGN


def _is_visit(environ: Mapping[str, Any]) -> bool:
    """Whether a person follows a link in a tab, which lets no page read or send anything."""
    return (
        environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    )
