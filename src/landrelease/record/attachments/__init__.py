"""Files and personal data in salted envelopes, and their erasure."""
