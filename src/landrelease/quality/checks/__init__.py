"""Automatic checks of reports: each says what someone should be asked about, with the statements behind it."""
