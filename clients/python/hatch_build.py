"""Takes the client and the plugin from where they are: the checkout, or an unpacked sdist."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = (
    "sandbox/__init__.py",
    "sandbox/py.typed",
    "sandbox/client",
    "sandbox/testing",
    "payments_sandbox.py",
)


class Files(BuildHookInterface[Any]):
    """The same files as in refund-sandbox, under the same names."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        here = Path(self.root)
        top = here if (here / "sandbox").is_dir() else here.parents[1]
        build_data["force_include"].update({str(top / name): name for name in FILES})
