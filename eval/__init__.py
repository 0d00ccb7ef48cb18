"""Questions with gold evidence, runs and measures."""
