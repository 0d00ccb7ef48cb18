"""Readers of file formats: from a file to its words in reading order."""
