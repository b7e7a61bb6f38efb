"""`odapi events`."""
