"""One module per resource of the API, each loaded on first use."""
