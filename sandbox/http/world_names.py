"""Which world a request is for: its path, a header or its credentials may name one."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.engine.worlds.registry import DEFAULT, NAME, RULE

WORLDS = "w"
"""The first part of a path whose second one names a world."""
HEADER = "Sandbox-World"
_BY_PATH = "sandbox.world"
_BY_HEADER = "HTTP_SANDBOX_WORLD"


class Unclear(Exception):
    """No world can be meant; the text says why.

    Attributes:
        nearest: the world that should know of it.
        is_bad_name: whether a name is none, rather than two worlds being named.
    """

    def __init__(self, reason: str, nearest: str, is_bad_name: bool = False) -> None:
        super().__init__(f"{HEADER}: {reason}")
        self.nearest = nearest
        self.is_bad_name = is_bad_name


def take_from_path(environ: dict[str, Any]) -> None:
    """Take `/w/<name>` off the front of a WSGI request's path; the rest is as at the root."""
    parts = ["", *environ.get("PATH_INFO", "").lstrip("/").split("/", 2)]
    if parts[1:2] == [WORLDS] and len(parts) > 2:
        environ[_BY_PATH] = parts[2]
        environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{WORLDS}/{parts[2]}"
        environ["PATH_INFO"] = "/" + "".join(parts[3:])


def path_of(name: str) -> str:
    """What stands before each path of a world: `/w/<name>`, or nothing."""
    return "" if name == DEFAULT else f"/{WORLDS}/{name}"


def world_of(environ: Mapping[str, Any], by_credentials: Iterable[str]) -> str:
    """The name of the world that a request is for.

    Raises:
        Unclear: two different ones are named, or what is named can be none.
    """
    named: dict[str, str] = {}
    if _BY_PATH in environ:
        named[environ[_BY_PATH]] = "the path"
    if _BY_HEADER in environ:
        named.setdefault(environ[_BY_HEADER], "the header")
    for name in by_credentials:
        named.setdefault(name, "the credentials")
    if not named:
        return DEFAULT
    nearest = next((name for name in named if NAME.fullmatch(name)), DEFAULT)
    for name in named:
        if not NAME.fullmatch(name):
            raise Unclear(f"{name[:200]!r} names no world: {RULE}", nearest, is_bad_name=True)
    if len(named) > 1:
        said = ", ".join(f"{name} by {source}" for name, source in named.items())
        raise Unclear(f"different worlds are named: {said}", nearest)
    return nearest
