"""Keeps the moments short in which one world's work stops all the others.

A server's threads take turns, and each collection of garbage stops them all: over the documents of
a full world, for most of a second.
"""

import gc
import sys
from collections.abc import Mapping

_TURN = 0.001
"""Seconds that a thread may go on while others wait; Python's own 0.005 add up over a request."""
MOST = 100_000
"""Objects that a collection looks at: some 50 ms."""


def keep_short() -> None:
    """Do so in this process, from now on."""
    sys.setswitchinterval(_TURN)
    gc.callbacks.append(put_aside)


def put_aside(phase: str, info: Mapping[str, int]) -> None:
    """Called before and after each collection: where much has survived, let none look at it again.

    What is put aside is still freed when nothing refers to it. Only a cycle of references that
    breaks later would stay; a world that is closed lets go of what it held, so those are small.
    """
    if phase == "stop" and info["generation"] and len(gc.get_objects(generation=2)) > MOST:
        gc.freeze()
