"""Pages of those who see that contacts keep to the rules."""
