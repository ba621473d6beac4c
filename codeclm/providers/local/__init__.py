"""Models on this machine: which there are, fetching their files, serving them, asking them.

A file is known by its SHA-256, wherever it came from. Each model that is asked has a server process
of its own on loopback, which ends with the process that started it.
"""
