"""Adapters of the receiver to web frameworks: each loads its own framework, and none of the others."""
