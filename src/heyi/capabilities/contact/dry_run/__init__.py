"""A pack replayed over the ledger: what it would have refused, by clause, branch, agency and day."""
