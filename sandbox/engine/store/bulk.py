"""Many documents at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 10_000


@contextmanager
def filling(count: int) -> Iterator[None]:
    """While so many documents are made and stored, let the collector of garbage be.

    None of them is garbage, and it would look at all of them again and again. Of many, it is then
    told to look at them no more: it would stop all threads for as long as that takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if count > _MANY:
            gc.freeze()
        if was_on:
            gc.enable()
