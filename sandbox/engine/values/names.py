"""First names of made-up people, for any provider."""

FIRST_NAMES = (
    "Ahmed Aisha Alia Amal Bassam Dalia Dana Fadi Faisal Farah Fatima Hamad Hana Hassan Huda "
    "Ibrahim Jamal Kareem Khalid Laila Lama Layan Lina Maha Mahmoud Majed Mariam Maysa Mona "
    "Mohammed Nabil Nadia Noor Omar Rami Rania Rashid Reem Saeed Salma Sami Sara Sultan Tariq "
    "Walid Yara Yasmin Yousef Zaid Zeina"
).split()
