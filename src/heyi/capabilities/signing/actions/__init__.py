"""The verbs of the ceremony, one family a file."""
