"""Lahza (Palestinian card gateway): refunds, and the transactions they hang on."""
