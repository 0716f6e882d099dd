"""The planning problem, its plans, and an independent checker."""
