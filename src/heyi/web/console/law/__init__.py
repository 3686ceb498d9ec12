"""Compliance in the console: what a compliance officer reads and decides."""
