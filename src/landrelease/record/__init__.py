"""The ledger: statements that are never edited, and the registers folded from them."""
