"""`odapi sandbox`."""
