"""Comparing the sandbox with a provider's test mode, and recording what that says."""
