"""The other members of a group: servers that share one address, each with worlds of its own."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from flask import request

from sandbox.engine.values.ids import fresh_seed
from sandbox.engine.values.instants import SECOND
from sandbox.engine.webhooks.endpoints import BadAddress, target_of
from sandbox.http.current import WAITING
from sandbox.http.request_guard import ADMIN
from sandbox.settings import BadSetting, Settings

HEADER = "Sandbox-Member"
"""Says which member asks; who is asked so answers for itself, and asks nobody."""
PATIENCE = 2 * SECOND
"""How long a member may take to answer."""
_MOST = 16 * 1024 * 1024
"""Bytes of an answer; a longer one counts as none."""


class Said(NamedTuple):
    """What a member answered to a call.

    Attributes:
        member: its address.
        status: None: it gave no answer that a sandbox gives.
        worlds: its own, where it lists them.
    """

    member: str
    status: int | None
    worlds: Sequence[dict[str, Any]] = ()


class Peers:
    """The members that `SANDBOX_PEERS` names; the server itself may be among them."""

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting: one of them is no address."""
        self._addresses = [address.rstrip("/") for address in settings.peers]
        self._named = set[str]()
        for address in self._addresses:
            try:
                self._named.add(target_of(address).host)
            except BadAddress as error:
                where = settings.where("peers")
                must = "an address must be like http://10.0.0.2:8426"
                raise BadSetting(f"{where} has {address!r}; {must}") from error
        self._name = f"{fresh_seed():x}"
        self._headers = {HEADER: self._name}
        if settings.admin_token is not None:
            self._headers["Authorization"] = f"Bearer {settings.admin_token}"

    def __bool__(self) -> bool:
        return bool(self._addresses)

    def asks(self) -> bool:
        """Whether the call that is being answered is a member's."""
        return HEADER in request.headers

    def is_own(self) -> bool:
        """Whether this server itself has made the call that is being answered."""
        return request.headers.get(HEADER) == self._name

    def ask(self, method: str, path: str) -> list[Said]:
        """Call the admin API of each member, all at once; nobody, if a member asks.

        Args:
            method: of the call.
            path: below the admin API, without a slash at its front.
        """
        if not self._addresses or self.asks():
            return []
        from concurrent.futures import ThreadPoolExecutor

        waiting = request.environ.get(WAITING, nullcontext)
        with waiting(), ThreadPoolExecutor(len(self._addresses)) as threads:
            return list(threads.map(lambda to: self._asked(method, to, path), self._addresses))

    def _asked(self, method: str, address: str, path: str) -> Said:
        from sandbox.engine.webhooks.sending import Line

        line = Line(self._named)
        try:
            url = f"{address}/{ADMIN}/{path}"
            answer = line.call(method, url, self._headers, b"", PATIENCE, _MOST)
        finally:
            line.close()
        if answer.status == 404:
            return Said(address, 404)
        try:
            listed: Any = json.loads(answer.body) if answer.status == 200 else None
            worlds = [
                {**row, "last_used_at": str(row["last_used_at"]), "member": address}
                for row in listed["worlds"]
            ]
            return Said(address, 200, worlds)
        except (ValueError, TypeError, LookupError):
            return Said(address, None)
