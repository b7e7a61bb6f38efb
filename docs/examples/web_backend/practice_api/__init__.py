"""A web backend for several practices of Open Dental."""
