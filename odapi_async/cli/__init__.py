"""The command line of this package, `odapi`. Needs the extra `cli`."""
