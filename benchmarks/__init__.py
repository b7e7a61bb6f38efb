"""Benchmarks of odapi_async: what it promises, measured on the loopback interface of one machine."""
