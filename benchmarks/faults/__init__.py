"""Saves over HTTP while machines fail: `python -m benchmarks.faults`."""
