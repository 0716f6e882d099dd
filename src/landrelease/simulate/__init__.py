"""A province with known truth, and operations on it day by day."""
