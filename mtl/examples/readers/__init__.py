"""The readers of the example data sets, one file each; a spec names one by its file's name."""
