"""Rows and queries: each function works in the transaction of its caller."""
