"""Stores for encrypted copies: a folder, a bucket."""
