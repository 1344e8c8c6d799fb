"""The baselines, one file each; a spec names one by its file's name."""
