"""Made-up people of the Levant."""

from random import Random

_FIRST = (
    "Ahmed Aisha Alia Amal Bassam Dalia Dana Fadi Faisal Farah Fatima Hamad Hana Hassan Huda "
    "Ibrahim Jamal Kareem Khalid Laila Lama Layan Lina Maha Mahmoud Majed Mariam Maysa Mona "
    "Mohammed Nabil Nadia Noor Omar Rami Rania Rashid Reem Saeed Salma Sami Sara Sultan Tariq "
    "Walid Yara Yasmin Yousef Zaid Zeina"
).split()
_LAST = (
    "Abu Zaid|Awad|Barghouti|Daoud|Darwish|Haddad|Hijazi|Husseini|Khalil|Khoury|Mansour|Masri|"
    "Nasser|Nimr|Odeh|Qasem|Rishmawi|Saleh|Shaheen|Tamimi|Zughayer"
).split("|")


def name(random: Random) -> tuple[str, str]:
    """A first and a last name."""
    return random.choice(_FIRST), random.choice(_LAST)
