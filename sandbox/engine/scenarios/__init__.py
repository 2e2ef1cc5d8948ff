"""Scenarios: YAML scripts that change how a world behaves, switched on and off by name.

`language` says what a script may say, `files` reads them, `active` is those that are on.
"""
