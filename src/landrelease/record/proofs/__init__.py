"""The tree over the log, signed checkpoints, witnesses, proofs of single statements."""
