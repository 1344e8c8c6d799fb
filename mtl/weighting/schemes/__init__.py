"""One weighting scheme per file; the file's name is the scheme's in a spec."""
