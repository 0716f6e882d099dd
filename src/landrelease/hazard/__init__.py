"""Hazard intensity: what was seen where, and what it says of the ground."""
