"""Lectures as scripts: run one with Python, or cell by cell in an editor that knows `# %%`."""
