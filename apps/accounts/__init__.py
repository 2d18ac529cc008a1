"""People, their language, their consents and their keys to the API."""
