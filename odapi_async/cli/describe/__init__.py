"""`odapi describe`."""
