"""Geodesy and shapes: coordinate systems, traverses, areas, grids."""
