"""Tools of the maintainers; not installed with the package."""
