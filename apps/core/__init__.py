"""What every app stands on: abstract models, the clock, records, quantities; no tables."""
