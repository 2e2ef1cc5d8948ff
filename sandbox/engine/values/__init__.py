"""Values: instants and durations, money, ids, JSON text."""
