"""Benchmarks: one script a figure, each prints one JSON object as its last line."""
