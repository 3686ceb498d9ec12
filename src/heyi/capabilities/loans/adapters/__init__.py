"""Files of spreadsheet programs, read as untrusted input. Nothing in a file is run, resolved or fetched."""
