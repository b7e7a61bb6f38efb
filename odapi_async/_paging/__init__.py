"""Reads lists as streams of pages."""
