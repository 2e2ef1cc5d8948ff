"""Scenarios: YAML scripts that change how a world behaves, switched on and off by name."""
