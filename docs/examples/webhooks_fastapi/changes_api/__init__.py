"""Tells which appointments of a day have changed, as the offices of practices post it."""
