"""The gate: evidence and policy in, a decision out, and the likely causes of a rejection."""
