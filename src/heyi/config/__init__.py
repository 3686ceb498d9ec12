"""The composition root: settings, wiring, urls, the command line. Nothing below imports it."""
