"""The image in a container, by testcontainers, which waits until it is healthy.

This alone of the client wants another package: testcontainers 4.15 or later.
"""

from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from .control import Sandbox

PORT = 8426


class RefundSandboxContainer(DockerContainer):  # type: ignore[misc]  # (where it is not there)
    """A container of your team's image, for a `with` statement.

    Its clock stands at nine in the morning of 1 January 2027, UTC, unless `env` says otherwise.
    """

    def __init__(
        self,
        image: str,
        *,
        env: dict[str, str] | None = None,
        token: str | None = None,
        **rest: Any,
    ) -> None:
        """`image` is such as `registry.example.com/refund-sandbox:0.2.0`.

        Args:
            image: its name.
            env: variables of the server's.
            token: what the admin API then wants: its SANDBOX_ADMIN_TOKEN.
            rest: what testcontainers' `DockerContainer` takes.
        """
        start = {"SANDBOX_CLOCK": "frozen", "SANDBOX_NOW": "2027-01-01T09:00:00Z", **(env or {})}
        ready = HttpWaitStrategy(PORT, "/_sandbox/health")
        if token is not None:
            start["SANDBOX_ADMIN_TOKEN"] = token
            ready.with_header("Authorization", f"Bearer {token}")
        webhooks = {"extra_hosts": {"host.docker.internal": "host-gateway"}}
        super().__init__(image, env=start, ports=[PORT], **{**webhooks, **rest})
        self.waiting_for(ready)
        self._token = token or ""

    @property
    def url(self) -> str:
        """What the code under test takes as both providers' base URL, once it runs."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def sandbox(self, **options: Any) -> Sandbox:
        """A client of it: `options` are those of `Sandbox`."""
        return Sandbox(self.url, **{"token": self._token, **options})
