"""Land as a partition with accounts: parts, states, balance."""
