"""Quality and safety of the work: visits, nonconformities, checks of reports, limits, accidents, care for people."""
