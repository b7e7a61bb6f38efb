"""`odapi watch`."""
