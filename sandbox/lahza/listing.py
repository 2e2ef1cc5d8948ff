"""What a list call of Lahza's asks for."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.engine.values.instants import Instant


class Listing(NamedTuple):
    """Filters and a page of what they leave.

    Attributes:
        filters: by name, as the wire writes them.
        since: created at it or later.
        until: created before it.
        number: the page, from 1.
        size: documents a page.
    """

    filters: Mapping[str, Any]
    since: Instant | None
    until: Instant | None
    number: int
    size: int

    def on_one_page(self) -> "Listing":
        """The same filters, and all that they leave."""
        return self._replace(number=1, size=10**9)

    @property
    def offset(self) -> int:
        """How many documents stand on the pages before."""
        return (self.number - 1) * self.size
