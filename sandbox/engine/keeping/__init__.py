"""Worlds that outlive the process: what they are made of, in one SQLite file."""
