"""Entries on their way from one ledger to another."""
