"""The clock, what is due when, and the thread that lets time pass by itself."""
