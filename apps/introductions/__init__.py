"""Introductions: one side asks, the other accepts, declines or lets it lapse; what came of it is recorded."""
