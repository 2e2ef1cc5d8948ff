"""The documents of a world."""
