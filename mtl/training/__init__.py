"""One batch, one epoch, one run."""
