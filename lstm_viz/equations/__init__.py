"""A cell's text and what follows from it: trees, slopes, gates, shapes, other notations."""
