"""A local stand-in for the refund APIs of Lean Technologies and Lahza."""

__version__ = "0.2.0"
