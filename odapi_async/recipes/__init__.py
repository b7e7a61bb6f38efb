"""Helpers for common tasks, built on the public API."""
