"""`odapi export`."""
