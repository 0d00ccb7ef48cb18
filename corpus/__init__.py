"""Documents, from file to passages with their places in the canonical text."""
