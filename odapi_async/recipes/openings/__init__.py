"""Openings of an office, and appointments in them."""
