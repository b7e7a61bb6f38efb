"""Who may send when: see `scheduler`."""
