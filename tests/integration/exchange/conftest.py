"""Fixtures of the exchange room."""

from tests.samples.exchange import ledger, profile, read, take

__all__ = ["ledger", "profile", "read", "take"]
