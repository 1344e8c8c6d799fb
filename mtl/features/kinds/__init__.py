"""The kinds of features, one file each; a spec lists columns under a file's name."""
