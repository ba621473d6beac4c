"""Measurements, and the fake server they (and the tests) run against."""
