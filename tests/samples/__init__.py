"""Made-up inputs that tests of several levels share."""
