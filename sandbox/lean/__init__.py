"""Lean Technologies (UAE open banking): refunds, and the payments they hang on."""
