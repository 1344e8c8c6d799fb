"""What a learning task is: its kind, loss, link function, metrics and their directions."""
