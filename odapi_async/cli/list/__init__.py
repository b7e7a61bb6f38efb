"""`odapi list`."""
