"""Where webhooks go: an address, and which hosts may have one."""

import ipaddress
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

ANY_HOST = "*"
PULL = "pull:"
"""In the place of a URL: the deliveries wait until a client fetches them."""
_NEAR = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
_METADATA = tuple(map(ipaddress.ip_network, ("fd00:c1::/32", "fd00:ec2::/32", "fd20:ce::/32")))
"""Where clouds (Oracle, AWS, Google) hand out a machine's credentials, like 169.254.169.254."""
_NEAR_NAMES = ("localhost", "local", "internal", "test", "lan")
"""What a name ends with that no public host has."""


class BadAddress(ValueError):
    """An address that webhooks can't, or may not, go to; the text says why."""


class Address(NamedTuple):
    """Where a provider's webhooks go.

    Attributes:
        url: checked by `check_url`, or `PULL`.
        secret: what signs them; None: the provider's default.
        events: the types wanted; None: all.
    """

    url: str
    secret: str | None = None
    events: frozenset[str] | None = None


class Target(NamedTuple):
    """A URL in the parts that a connection needs."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of a URL.

    Raises:
        BadAddress: it is no http(s) URL.
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > 2000:
        raise BadAddress("not a URL: at most 2000 ASCII characters, without spaces")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress("not a URL: its host or its port is not valid") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress("not a URL such as http://127.0.0.1:3000/webhooks")
    if parts.username is not None:
        raise BadAddress("credentials don't belong in the URL")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, parts.hostname, port or (443 if secure else 80), path)


def check_url(url: str, named: Collection[str], closed: str) -> None:
    """Check that webhooks may go there: to a loopback or private host, or to one that is named.

    Those that are pulled go nowhere by themselves.

    Args:
        url: the address.
        named: hosts allowed besides (`*`: all).
        closed: a part of a path below which none may go, on any host: a sandbox is known by names
            and ports that it can't know itself.

    Raises:
        BadAddress: it is no URL, its host is neither, or its path is closed.
    """
    if url == PULL:
        return
    target = target_of(url)
    if closed in _parts(target.path):
        raise BadAddress(f"webhooks don't go below /{closed}, where a sandbox is steered")
    host = target.host
    if is_named(host, named):
        return
    try:
        near = is_near(host)
    except ValueError:  # a name; what it stands for is looked at when it is called
        near = is_private_name(host)
    if not near:
        raise BadAddress(
            f"{host} is neither a loopback nor a private host; "
            "name it in --webhook-hosts or SANDBOX_WEBHOOK_HOSTS"
        )


def _parts(path: str) -> list[str]:
    """The parts of a path, without its query, however they are encoded."""
    path = path.partition("?")[0]
    while (plain := unquote(path)) != path:
        path = plain
    return path.split("/")


def is_named(host: str, named: Collection[str]) -> bool:
    """Whether a host is allowed by name."""
    return ANY_HOST in named or host.lower() in named


def is_private_name(host: str) -> bool:
    """Whether a host name, in small letters, is one that no public host has."""
    return "." not in host or host.rsplit(".", 1)[1] in _NEAR_NAMES


def is_near(address: str) -> bool:
    """Whether an IP address is loopback or private, and not one where a cloud's metadata are.

    Raises:
        ValueError: it is no IP address.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip in near for near in _NEAR) and not any(ip in closed for closed in _METADATA)
