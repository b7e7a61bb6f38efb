"""`odapi call`."""
