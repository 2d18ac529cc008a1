"""Enterprises: profile, members, identifiers, claims, references, capacity, energy profile."""
