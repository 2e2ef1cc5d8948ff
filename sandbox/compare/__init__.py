"""Comparing the sandbox with a provider's own test mode, and recording what that answers."""
