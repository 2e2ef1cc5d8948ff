"""Who may see the dashboard: a cookie that the sandbox has signed, and a token in each form.

Where an admin token is set, only whoever has typed it gets such a cookie. The cookie does not hold
it, but is signed with it: so it is good for nothing once another is set.
"""

import hmac
from hashlib import sha256

from flask import Request, Response

from sandbox.engine.values.ids import fresh_seed
from sandbox.settings import Settings, is_accepted

COOKIE = "sandbox_session"
"""With the port behind it: browsers send a cookie to all ports of a host, and each may have a
sandbox of its own."""
FORM = "token"
"""The field of each form that shows that a page of the dashboard has made it."""


class Sessions:
    """Those of a server; it remembers none of them."""

    def __init__(self, settings: Settings) -> None:
        self.needs_token = settings.admin_token is not None
        self._admin_token = settings.admin_token
        self._key = (settings.admin_token or f"{fresh_seed()}{fresh_seed()}").encode()

    def of(self, request: Request) -> str | None:
        """The session of a request, if it has a genuine one."""
        name, _, signature = request.cookies.get(_cookie(request), "").partition(".")
        return name if name and is_accepted(signature, self._signed("is", name)) else None

    def knows(self, request: Request) -> bool:
        """Whether a request may see the dashboard."""
        return not self.needs_token or self.of(request) is not None

    def accepts(self, admin_token: str) -> bool:
        """Whether that is the admin token."""
        return is_accepted(admin_token, self._admin_token)

    def token_of(self, session: str) -> str:
        """What the forms of a session have to send."""
        return self._signed("form", session)

    def is_from_a_page(self, request: Request, session: str) -> bool:
        """Whether a form was on a page that this session was shown."""
        return is_accepted(request.form.get(FORM, ""), self.token_of(session))

    def begin(self, response: Response, request: Request, session: str) -> None:
        """Let a browser keep a session, until it is closed."""
        value = f"{session}.{self._signed('is', session)}"
        name, is_secure = _cookie(request), request.is_secure
        response.set_cookie(name, value, httponly=True, samesite="Strict", secure=is_secure)

    def end(self, response: Response, request: Request) -> None:
        """Let a browser forget it."""
        name, is_secure = _cookie(request), request.is_secure
        response.delete_cookie(name, httponly=True, samesite="Strict", secure=is_secure)

    def _signed(self, what: str, session: str) -> str:
        return hmac.new(self._key, f"{what} {session}".encode(), sha256).hexdigest()


def _cookie(request: Request) -> str:
    """The name of the cookie."""
    port = request.host.rpartition(":")[2]
    return f"{COOKIE}_{port}" if port.isascii() and port.isdigit() else COOKIE


def fresh() -> str:
    """The name of a new session."""
    return f"{fresh_seed():x}"
