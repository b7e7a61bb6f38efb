"""Lists as streams of pages."""
