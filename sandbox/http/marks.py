"""Small pieces of HTML that pages have many of: a template's macro takes ten times as long."""

from functools import lru_cache

from markupsafe import Markup

from sandbox.engine.values.instants import Instant, iso


def moment(instant: Instant) -> str:
    """A moment as people read it: to the second, in UTC."""
    return _human(iso(instant, 0))


def _human(machine: str) -> str:
    return machine.replace("T", " ").removesuffix("Z")


def when(instant: Instant | None) -> Markup:
    """Likewise, marked as a moment; a dash where it is not known."""
    if instant is None:
        return Markup("–")
    machine = iso(instant, 0)
    return Markup('<time datetime="{}" dir="ltr">{}</time>').format(machine, _human(machine))


@lru_cache(maxsize=1024)
def status(word: str, kind: str = "open") -> Markup:
    """A status, to which its kind (open, settled, failed, warned) gives a colour."""
    return Markup('<span class="status {}">{}</span>').format(kind, word)
