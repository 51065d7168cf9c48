"""A lesson on the screen: its text, its code, what came of it, its questions, its notes."""
