"""The watch page: how current a mirror or a fleet is, in a browser, from the database alone."""
