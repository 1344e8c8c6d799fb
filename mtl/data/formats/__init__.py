"""The formats of the files that are read, one file each, which is named after their suffix."""
