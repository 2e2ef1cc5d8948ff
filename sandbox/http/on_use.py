"""Modules that are imported when they are first used, so that a start does not wait for them."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def modules_of(package: str) -> Callable[[str], ModuleType]:
    """A package's `__getattr__` that imports its modules."""

    def module(name: str) -> ModuleType:
        path = f"{package}.{name}"
        try:
            return import_module(path)
        except ModuleNotFoundError as error:
            if error.name != path:
                raise
            raise AttributeError(f"{package} has no {name}") from None

    return module
