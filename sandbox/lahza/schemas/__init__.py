"""Lahza's wire: what is read from bodies and queries, and what is written, key by key."""
