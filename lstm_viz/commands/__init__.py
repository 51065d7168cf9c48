"""What the commands do: options read, what was asked for run, and its way out."""
