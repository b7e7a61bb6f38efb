"""Exports of the mirror to files."""
