"""The command line of this package: `odapi sandbox` and `odapi demo`. Needs the extra `cli`."""
