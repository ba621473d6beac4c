"""The local SQLite store: one module a table, and views for pages.

The only room that knows SQL. Reads borrow a connection; every write goes through ``writing()``.
"""
