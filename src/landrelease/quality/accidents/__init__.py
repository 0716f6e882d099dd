"""Accidents: rates with their exposure, tables, investigation, reconciliation, next of kin."""
