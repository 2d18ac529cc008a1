"""Storage projects: site, size, technology, stage, dates; they own requests."""
