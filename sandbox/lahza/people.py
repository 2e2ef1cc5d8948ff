"""Made-up people of the Levant."""

from sandbox.engine.values.ids import Draws
from sandbox.engine.values.names import FIRST_NAMES

_LAST = (
    "Abu Zaid|Awad|Barghouti|Daoud|Darwish|Haddad|Hijazi|Husseini|Khalil|Khoury|Mansour|Masri|"
    "Nasser|Nimr|Odeh|Qasem|Rishmawi|Saleh|Shaheen|Tamimi|Zughayer"
).split("|")


def name(random: Draws) -> tuple[str, str]:
    """A first and a last name."""
    return random.choice(FIRST_NAMES), random.choice(_LAST)
