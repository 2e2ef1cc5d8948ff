"""Worlds: state, the way through time, snapshots, and the worlds of a server."""
