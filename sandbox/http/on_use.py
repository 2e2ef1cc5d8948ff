"""Modules that are imported when they are first used, so that a start does not wait for them."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType


def modules_of(package: str) -> Callable[[str], ModuleType]:
    """A package's `__getattr__` that imports its modules."""

    def module(name: str) -> ModuleType:
        if find_spec(f"{package}.{name}") is None:
            raise AttributeError(f"{package} has no {name}")
        return import_module(f"{package}.{name}")

    return module
