"""Sandboxes behind nginx or HAProxy, each a process of its own, as `examples/scaling/` says."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

import requests

from tests import programs
from tests.conftest import ROOT
from tests.examples.documents import blocks, page
from tests.kit import Box
from tests.scaling.test_members import free_ports

EXAMPLES = ROOT / "examples" / "scaling"
_PATIENCE = 60


class Proxy(NamedTuple):
    """What differs between proxies.

    Attributes:
        config: its file in the examples.
        reload: the signal at which it reads its files anew.
        down: what it answers for a member that is down.
        reads_claims: whether it finds the world that a token of Lean's names in its claims.
    """

    name: str
    config: str
    reload: str
    down: int
    reads_claims: bool

    def command(self, folder: Path) -> list[str]:
        """Runs it in the foreground."""
        program = programs.find(self.name, path=f"{os.environ['PATH']}:/usr/sbin")
        file = folder / self.config
        if self.name == "haproxy":
            return [program, "-W", "-f", str(file)]
        paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        lines = [
            "daemon off;",
            "worker_processes 2;",
            "user root;" if os.geteuid() == 0 else "",
            f"pid {folder}/nginx.pid;",
            "events {}",
            "http {",
            "access_log off;",
            *(f"{name}_temp_path {folder}/{name};" for name in paths),
            f"include {file};",
            "}",
        ]
        (folder / "main.conf").write_text("\n".join(lines), "utf-8")
        return [program, "-c", str(folder / "main.conf"), "-e", str(folder / "nginx.log")]


NGINX = Proxy("nginx", "nginx.conf", "-HUP", 502, reads_claims=False)
HAPROXY = Proxy("haproxy", "haproxy.cfg", "-USR2", 503, reads_claims=True)


class Group:
    """Members, and the proxy in front of them.

    Attributes:
        url: the proxy's.
        box: a client of it.
        addresses: of the members.
    """

    def __init__(self, proxy: Proxy, folder: Path, stack: ExitStack, count: int) -> None:
        self.proxy = proxy
        self._folder, self._stack = folder, stack
        port, *self._ports = free_ports(1 + count)
        self.url = f"http://127.0.0.1:{port}"
        self.addresses = [f"http://127.0.0.1:{each}" for each in self._ports]
        self._members: dict[int, subprocess.Popen[bytes]] = {}
        self._to = {"8426": port, **{str(8431 + n): each for n, each in enumerate(self._ports)}}
        for name in (proxy.config, "worlds.map"):
            self.write(name, (EXAMPLES / name).read_text("utf-8"))
        self._began: subprocess.Popen[bytes] | None = None
        self.box = stack.enter_context(closing(Box(self.url)))

    def write(self, name: str, text: str, mode: str = "w") -> None:
        """Write a file of the proxy's, with the ports and the folder that are used here."""
        text = re.sub(r"(?<=[: ])84\d\d\b", lambda port: str(self._to[port[0]]), text)
        with (self._folder / name).open(mode, encoding="utf-8") as file:
            file.write(re.sub("/etc/(nginx/conf.d|haproxy)/", f"{self._folder}/", text))

    def add_to_config(self) -> None:
        """Add the members that docs/scaling.md adds."""
        (added,) = blocks(page("docs/scaling.md"), self.proxy.name)
        self.write(self.proxy.config, f"\n{added.text}", "a")

    def begin(self, member: int) -> None:
        """Start a member."""
        environment = {
            **{name: value for name, value in os.environ.items() if name[:8] != "SANDBOX_"},
            "PYTHONPATH": str(ROOT),
            "SANDBOX_PORT": str(self._ports[member]),
            "SANDBOX_PEERS": ",".join(self.addresses),
            "SANDBOX_DATA": str(self._folder / f"member{member}"),
        }
        command = [sys.executable, "-m", "sandbox", "serve", "--clock", "frozen", "--quiet"]
        self._members[member] = self._run(command, environment)

    def begin_proxy(self) -> None:
        """Start the proxy."""
        self._began = self._run(self.proxy.command(self._folder))

    def _run(
        self, command: Sequence[str], environment: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, stdout=silent, stderr=silent)

        def end() -> None:
            process.terminate()
            process.wait(_PATIENCE)

        self._stack.callback(end)
        return process

    def processes(self) -> list[list[int]]:
        """Those of the proxy, and those of each member that has begun."""
        assert self._began is not None
        return [_family(each.pid) for each in (self._began, *self._members.values())]

    def kill(self, member: int) -> None:
        """End a member at once, whatever it does."""
        self._members[member].send_signal(signal.SIGKILL)
        self._members[member].wait(_PATIENCE)

    def await_members(self) -> None:
        """Wait until each answers."""
        for address in [*(self.addresses[each] for each in self._members), self.url]:
            answers(address)

    def grow(self) -> "subprocess.Popen[str]":
        """Let new worlds go to the members that were added; the script, which has begun."""
        assert self._began is not None
        command = [
            str(EXAMPLES / "add-member.sh"),
            str(self._folder / "worlds.map"),
            "members2",
            *("kill", self.proxy.reload, str(self._began.pid)),
        ]
        environment = {**os.environ, "SANDBOX_URL": self.url}
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def homes(self) -> dict[str, list[str]]:
        """The members that have each world."""
        homes: dict[str, list[str]] = {}
        for member in self._members:
            headers = {"Sandbox-Member": "nobody"}
            listed = requests.get(
                f"{self.addresses[member]}/_sandbox/worlds", headers=headers, timeout=_PATIENCE
            )
            for world in listed.json()["worlds"]:
                homes.setdefault(world["name"], []).append(self.addresses[member])
        return homes


def _family(process: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii")
    return [process, *map(int, children.split())]


def answers(address: str) -> None:
    """Wait until what serves there has begun to."""
    for _ in range(_PATIENCE * 20):
        with suppress(requests.ConnectionError):
            if requests.get(f"{address}/_sandbox/health", timeout=_PATIENCE).status_code == 200:
                return
        Event().wait(0.05)
    raise AssertionError(f"nothing answers at {address}")


@contextmanager
def behind(proxy: Proxy, folder: Path, count: int, begun: int) -> Iterator[Group]:
    """A proxy that has been started in front of so many members, `begun` of which have been."""
    proxy.command(folder)  # (skips the test without it)
    with ExitStack() as stack:
        group = Group(proxy, folder, stack, count)
        for member in range(begun):
            group.begin(member)
        group.begin_proxy()
        group.await_members()
        yield group
