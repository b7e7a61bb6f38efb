"""Async Python SDK for the Open Dental REST API."""
