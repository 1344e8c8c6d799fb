"""Ways of sharing parameters between tasks."""
