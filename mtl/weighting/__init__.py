"""Loss-weighting schemes: one file each, one catalog."""
