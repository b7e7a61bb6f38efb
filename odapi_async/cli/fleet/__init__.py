"""`odapi fleet`: a mirror of many practices with many workers."""
