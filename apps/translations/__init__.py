"""Versions of a text in other languages."""
