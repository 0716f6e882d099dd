"""Release criteria, decisions and certificates."""
