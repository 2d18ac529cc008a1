"""Handlers that leave a trace of each time they worked, and handlers that do harm."""
