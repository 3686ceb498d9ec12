"""Lists of cases: what is asked for, how it is shown, what is done with many at once."""
