"""Equal effort: every approach, and every baseline of every task, is tried with as many settings on validation."""
