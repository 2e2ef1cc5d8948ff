"""What HTTP is the same for every provider: bodies, paths, faults, and the journal."""
