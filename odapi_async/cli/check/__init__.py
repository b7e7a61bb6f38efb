"""`odapi check`."""
