"""A small client for tests: steers a running sandbox, and looks at what it saw.

Needs nothing beyond the standard library, and nothing of the rest of this package.
"""

from .connection import Refused, SandboxError, Unreachable
from .control import Sandbox
from .receivers import Webhook
from .waiting import NeverHappened

__all__ = ["NeverHappened", "Refused", "Sandbox", "SandboxError", "Unreachable", "Webhook"]
