"""The gate: evidence and policy in, a decision out."""
