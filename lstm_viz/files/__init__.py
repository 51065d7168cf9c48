"""Bytes on a disk: written beside and moved into place, read with their sizes checked first."""
