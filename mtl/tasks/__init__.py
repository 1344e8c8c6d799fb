"""What a learning task is: its kind, its loss, and what turns labels into targets and outputs into predictions."""
