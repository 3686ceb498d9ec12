"""Pure and tiny: what every floor may use. No Django, no I/O."""
