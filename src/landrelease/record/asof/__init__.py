"""Registers of any date from kept folds."""
