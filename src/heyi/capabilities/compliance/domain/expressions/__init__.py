"""Each kind of check as one expression over facts: evaluated in Python by the gate, in DuckDB by the dry run."""
