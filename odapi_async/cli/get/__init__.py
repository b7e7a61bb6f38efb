"""`odapi get`."""
