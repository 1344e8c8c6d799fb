"""A first look at a file: what its columns are, and a spec that says so, for a person to go on from."""
