"""`odapi keys`."""
