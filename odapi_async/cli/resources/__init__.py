"""`odapi resources`."""
