"""Lectures as runnable scripts: run a file with Python, or cell by cell in an editor that knows `# %%`."""
