"""Benchmarks of odapi_async: pace, cost and speed, measured on the loopback interface of one machine."""
