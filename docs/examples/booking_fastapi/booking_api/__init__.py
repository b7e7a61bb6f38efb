"""Openings of a practice for a website: search, book, confirm."""
