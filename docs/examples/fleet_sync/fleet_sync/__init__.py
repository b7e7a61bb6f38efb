"""Keeps copies of many practices in one PostgreSQL database, and reports from them."""
