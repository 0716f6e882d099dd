"""Keys, who may sign what, signatures by the many."""
