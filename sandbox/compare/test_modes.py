"""The providers' own test modes: where they are, and with which credentials they are called."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import NamedTuple

from sandbox.app import PROVIDERS
from sandbox.compare.safety import Address, Unsafe, address_of, require_no_live_key
from sandbox.compare.targets import Target
from sandbox.engine.provider.model import Model
from sandbox.http.provider import Provider
from sandbox.http.test_mode import TestMode
from sandbox.settings import Given, credential_of


class Misused(Exception):
    """Something that the user has to say is missing; the text says what."""


class Upstream(NamedTuple):
    """A provider's test mode, and where its tokens are asked for."""

    provider: Provider
    mode: TestMode
    address: Address
    auth: Address


class TestModes:
    """The test modes whose addresses were given. None is called by making this.

    Attributes:
        all: the providers there are.
        known: those with a test mode, by name.
        upstreams: those whose addresses were given, by name.
    """

    __test__ = False  # (pytest takes it for a test otherwise)

    def __init__(self, urls: Mapping[str, str]) -> None:
        """`urls` has the address of each `name`, and perhaps of `name-auth`.

        Raises:
            Unsafe: one of them is not to be called.
            Misused: an address of tokens stands alone.
        """
        self.all = [*PROVIDERS]
        self.known: dict[str, tuple[Provider, TestMode]] = {
            each.name: (each, each.test_mode()) for each in self.all if each.test_mode is not None
        }
        self.upstreams = {
            name: Upstream(provider, mode, *_addresses(name, mode, urls))
            for name, (provider, mode) in self.known.items()
            if name in urls
        }
        for name in self.known.keys() - urls.keys():
            if f"{name}-auth" in urls:
                raise Misused(f"--{name}-auth wants --{name} beside it")

    @property
    def options(self) -> str:
        """The options that name them."""
        return ", ".join(f"--{name}" for name in self.known)

    @cached_property
    def models(self) -> dict[str, Model]:
        return {name: provider.model for name, (provider, _) in self.known.items()}

    def targets(self, names: Collection[str], variables: Mapping[str, str]) -> dict[str, Target]:
        """Some of them, to be called with the user's credentials, which stand in variables.

        Raises:
            Misused: some are missing.
            Unsafe: they are none of a test mode.
            BadSetting: one can't be sent.
        """
        found = {}
        for name in names:
            provider, mode, address, auth = self.upstreams[name]
            own = _credentials(name, mode, variables)
            if problem := mode.key_problem(own):
                raise Unsafe(f"{_variable(name, next(iter(own)))} is {problem}")
            found[name] = Target(provider, mode, own, address, auth)
        return found


def _addresses(name: str, mode: TestMode, urls: Mapping[str, str]) -> tuple[Address, Address]:
    address = address_of(urls[name], f"--{name}", mode)
    auth = urls.get(f"{name}-auth") or mode.auth_url(address.url)
    return address, address_of(auth, f"--{name}-auth", mode)


def _credentials(name: str, mode: TestMode, variables: Mapping[str, str]) -> dict[str, str]:
    """The first of the ways in that the user has."""
    for keys in mode.wanted:
        given = {key: variables.get(_variable(name, key), "") for key in keys}
        if all(given.values()):
            for key, text in given.items():
                credential_of(Given(text, _variable(name, key)))
                require_no_live_key(_variable(name, key), text)
            return given
    ways = (" and ".join(_variable(name, key) for key in keys) for keys in mode.wanted)
    raise Misused(f"the test mode lets nobody in without {', or '.join(ways)}")


def _variable(name: str, key: str) -> str:
    return f"{name}_{key}".upper()
