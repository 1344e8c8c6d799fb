"""Tables of embeddings."""

EMBEDDING_SCALE = 0.03
"""Standard deviation of initial embeddings. PyTorch's own, 1, drowns what a rare word or category learns in noise: on
the validation side of each example, single-task and multi-task models alike are better with this one."""
