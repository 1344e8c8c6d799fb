"""Metrics, the paired bootstrap, the comparison of candidate and baselines."""
