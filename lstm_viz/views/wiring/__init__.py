"""The graph of a cell's equations, with the numbers of a step."""
