"""Pictures as frozen data: what to draw, its words and colours, and no way to draw it."""
