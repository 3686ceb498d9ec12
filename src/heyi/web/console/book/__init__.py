"""The loan book: contracts, files that come in, payments that found no contract."""
