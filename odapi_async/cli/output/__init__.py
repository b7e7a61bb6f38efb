"""Rows, numbers and tables as text."""
