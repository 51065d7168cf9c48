"""Lectures as scripts: run one with Python, cell by cell in an editor, or by `lstm-viz lesson`."""
