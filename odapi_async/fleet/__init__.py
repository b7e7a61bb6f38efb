"""The fleet: a mirror of thousands of practices, kept up to date by any number of workers on any hosts."""
