"""Offers and requests."""
