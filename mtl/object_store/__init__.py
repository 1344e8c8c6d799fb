"""A store that hosts share instead of a disk: arrays and runs by digest, and who trains which run."""
