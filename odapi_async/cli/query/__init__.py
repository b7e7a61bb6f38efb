"""`odapi query`."""
