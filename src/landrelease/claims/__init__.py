"""Claims about clearance: who said what, who acknowledged it, where claims differ, and what would make one possible."""
